import { strings } from "../../strings";
import { Button } from "../../ui/Button";
import { finishSignIn } from "./finish";
import { useAttempt } from "../parts/useAttempt";

/** In development the server takes local requests without credentials as the first user's. */
export function DevelopmentSignIn() {
  const { busy, error, attempt } = useAttempt();
  return (
    <div className="form">
      <Button busy={busy} onClick={() => attempt(finishSignIn)}>{strings.signIn.development}</Button>
      {error && <p className="form-error" role="alert">{error}</p>}
    </div>
  );
}
