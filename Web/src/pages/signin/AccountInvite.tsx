import { useState } from "react";
import { passkeys } from "../../api/passkeys";
import { strings } from "../../strings";
import { momentOf } from "../../strings/times";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/Field";
import { Skeleton } from "../../ui/States";
import { useAttempt } from "../parts/useAttempt";
import { useLoaded } from "../parts/useLoaded";
import { deviceName } from "../parts/devices";
import { finishSignIn } from "./finish";
import { takeToken } from "./fragment";
import { LinkCard } from "./LinkCard";
import { canUsePasskeys, makePasskey } from "./passkey";

/** `/app/invite#TOKEN`: an account that an administrator prepared; it ends in a passkey. */
export default function AccountInvite() {
  const [token] = useState(() => takeToken("invite"));
  const { value, error } = useLoaded(() => passkeys.inviteOptions(token));
  const title = strings.signIn.inviteTitle(value?.invite.workspace_name || strings.product);
  const problem = !token ? strings.signIn.linkBad
    : !canUsePasskeys() ? strings.signIn.inviteNoPasskeys
    : error?.message ?? "";
  return (
    <LinkCard title={title} problem={problem}>
      {value ? <InviteForm token={token} name={value.invite.display_name} expires={value.invite.expires_at} /> : <Skeleton rows={2} />}
    </LinkCard>
  );
}

function InviteForm({ token, name: given, expires }: { token: string; name: string; expires: string }) {
  const [name, setName] = useState(given ?? "");
  const { busy, error, attempt } = useAttempt();
  return (
    <form className="form" onSubmit={(event) => {
      event.preventDefault();
      attempt(async () => {
        // A challenge does not live long, and who was reading may have taken their time.
        const { challenge_id, public_key } = await passkeys.inviteOptions(token);
        const display = name.trim();
        const user = { ...public_key.user, ...(display && { displayName: display }) };
        const credential = await makePasskey({ ...public_key, user });
        await passkeys.acceptInvite({
          token, challenge_id, credential, name: deviceName(navigator.userAgent), ...(display && { display_name: display }),
        });
        await finishSignIn();
      });
    }}>
      <p className="card-intro">{strings.signIn.inviteIntro}</p>
      <TextField label={strings.signIn.inviteName} required maxLength={80} autoComplete="name" value={name}
        onChange={(event) => setName(event.target.value)} />
      {error && <p className="form-error" role="alert">{error}</p>}
      <Button tone="primary" type="submit" busy={busy}>{strings.signIn.inviteAction}</Button>
      {expires && <p className="field-hint">{strings.signIn.validUntil(momentOf(expires))}</p>}
    </form>
  );
}
