import { useState } from "react";
import { api } from "../../api";
import { strings } from "../../strings";
import { Button } from "../../ui/Button";
import { CheckField, TextField } from "../../ui/Field";
import { useAttempt } from "../parts/useAttempt";
import { finishSignIn } from "./finish";
import { takeToken } from "./fragment";
import { LinkCard } from "./LinkCard";

/** `/app/reset#TOKEN`: a link from an administrator to set a new password. */
export default function ResetPassword() {
  const [token] = useState(() => takeToken("reset"));
  const [password, setPassword] = useState("");
  const [shown, setShown] = useState(false);
  const { busy, error, attempt } = useAttempt();
  return (
    <LinkCard title={strings.signIn.resetTitle} problem={token ? "" : strings.signIn.linkBad}>
      <p className="card-intro">{strings.signIn.resetIntro}</p>
      <form className="form" onSubmit={(event) => {
        event.preventDefault();
        attempt(async () => {
          await api.auth.resetPassword(token, password);
          await finishSignIn();
        });
      }}>
        <TextField label={strings.signIn.newPassword} hint={strings.signIn.passwordHint} type={shown ? "text" : "password"}
          autoComplete="new-password" required minLength={10} value={password} error={error}
          onChange={(event) => setPassword(event.target.value)} />
        <CheckField label={strings.signIn.showPassword} checked={shown} onChange={(event) => setShown(event.target.checked)} />
        <Button tone="primary" type="submit" busy={busy}>{strings.signIn.setPassword}</Button>
      </form>
    </LinkCard>
  );
}
