// `/app/join#TOKEN`: an invitation to a workspace. Who is not signed in signs in first and comes back to it.

import { useEffect, useState } from "react";
import { invites, type InvitePreview } from "../../api/invites";
import { startSession } from "../../commands/session";
import { workspaceAddress } from "../../router/location";
import { navigate } from "../../router/navigation";
import { useSelector } from "../../store/hooks";
import { strings } from "../../strings";
import { momentOf } from "../../strings/times";
import { initialsOf } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { Skeleton } from "../../ui/States";
import { useAttempt } from "../parts/useAttempt";
import { useLoaded } from "../parts/useLoaded";
import { forgetToken, takeToken } from "./fragment";
import { LinkCard } from "./LinkCard";
import { SignInWays } from "./SignInWays";

export default function Join() {
  const [token] = useState(() => takeToken("join", true));
  const { value, error } = useLoaded(() => invites.preview(token));
  const problem = !token ? strings.signIn.linkBad : error?.message ?? "";
  return (
    <LinkCard title={strings.signIn.joinTitle(value?.workspace.name ?? "…")} problem={problem} crab={value === null}>
      {value ? <Preview token={token} preview={value} /> : <Skeleton rows={2} />}
    </LinkCard>
  );
}

function Preview({ token, preview }: { token: string; preview: InvitePreview }) {
  const session = useSelector((state) => state.session);
  const signedOut = session.status === "signedOut";
  useEffect(() => {
    if (!signedOut) return;
    // A link in a mail opens in another tab; whoever comes back here is signed in by then.
    const look = () => {
      if (!document.hidden) void startSession();
    };
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [signedOut]);
  return (
    <>
      <div className="join-workspace">
        <span className="join-icon" aria-hidden="true">
          {preview.workspace.icon_url ? <img src={preview.workspace.icon_url} alt="" /> : initialsOf(preview.workspace.name)}
        </span>
        <p>{preview.role === "guest" ? strings.signIn.joinGuest : strings.signIn.joinText}</p>
        {preview.expires_at && <p className="field-hint">{strings.signIn.validUntil(momentOf(preview.expires_at))}</p>}
      </div>
      {session.status === "loading" && <Skeleton rows={1} />}
      {session.status === "failed" && <p className="form-error" role="alert">{session.message}</p>}
      {signedOut && (
        <>
          <p className="form-note">{strings.signIn.joinSignIn}</p>
          <SignInWays />
        </>
      )}
      {session.status === "signedIn" && <Accept token={token} name={session.me.display_name} />}
    </>
  );
}

function Accept({ token, name }: { token: string; name: string }) {
  const { busy, error, attempt } = useAttempt();
  return (
    <div className="form">
      <p className="card-intro">{strings.signIn.joinAs(name)}</p>
      {error && <p className="form-error" role="alert">{error}</p>}
      <Button tone="primary" busy={busy} onClick={() => attempt(async () => {
        const workspace = await invites.accept(token);
        forgetToken("join");
        await startSession();
        navigate(workspaceAddress(workspace.route_id), { replace: true });
      })}>{strings.signIn.joinAction}</Button>
    </div>
  );
}
