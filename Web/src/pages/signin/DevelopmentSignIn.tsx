import { strings } from "../../strings";
import { Button } from "../../ui/Button";
import { finishSignIn } from "./finish";
import { useSignIn } from "./useSignIn";

/** In development the server takes local requests without credentials as the first user's. */
export function DevelopmentSignIn() {
  const { busy, error, attempt } = useSignIn();
  return (
    <div className="form">
      <Button tone="primary" busy={busy} onClick={() => attempt(finishSignIn)}>{strings.signIn.development}</Button>
      {error && <p className="form-error" role="alert">{error}</p>}
    </div>
  );
}
