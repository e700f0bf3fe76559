// Every way to sign in that the server offers: first what needs typing, then what is one press.

import { api } from "../../api";
import { strings } from "../../strings";
import { Skeleton } from "../../ui/States";
import { Button } from "../../ui/Button";
import { useLoaded } from "../parts/useLoaded";
import { DevelopmentSignIn } from "./DevelopmentSignIn";
import { EmailForm } from "./EmailForm";
import { canUsePasskeys } from "./passkey";
import { PasskeyButton } from "./PasskeyButton";
import { Providers } from "./Providers";

export function SignInWays() {
  const { value: methods, error, reload } = useLoaded(api.auth.methods);
  if (error) {
    return (
      <div className="form" role="alert">
        <p className="form-error">{error.message}</p>
        <Button onClick={reload}>{strings.errors.tryAgain}</Button>
      </div>
    );
  }
  if (!methods) return <Skeleton rows={2} />;
  const passkey = methods.passkey && canUsePasskeys();
  const typed = methods.password || methods.magic_link;
  const presses = passkey || methods.providers.length > 0 || methods.development;
  return (
    <div className="sign-in-ways">
      {!typed && !presses && <p className="card-intro">{strings.signIn.noWay}</p>}
      {typed && <EmailForm password={methods.password} link={methods.magic_link} />}
      {typed && presses && <p className="divider" aria-hidden="true"><span>{strings.signIn.or}</span></p>}
      {passkey && <PasskeyButton primary={!typed} />}
      <Providers providers={methods.providers} />
      {methods.development && <DevelopmentSignIn />}
      {/* The code of a link that an administrator made. */}
      {!typed && <EmailForm password={false} link={false} />}
    </div>
  );
}
