import { strings } from "../../strings";
import { Button } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { useAttempt } from "../parts/useAttempt";
import { finishSignIn } from "./finish";
import { signInWithPasskey } from "./passkey";

export function PasskeyButton({ primary }: { primary: boolean }) {
  const { busy, error, attempt } = useAttempt();
  return (
    <div className="form">
      <Button tone={primary ? "primary" : "plain"} busy={busy} onClick={() => attempt(async () => {
        await signInWithPasskey();
        await finishSignIn();
      })}>
        <Icon name="key" />{strings.signIn.passkey}
      </Button>
      {error && <p className="form-error" role="alert">{error}</p>}
    </div>
  );
}
