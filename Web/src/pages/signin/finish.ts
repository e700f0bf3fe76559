import { startSession } from "../../commands/session";
import { navigate } from "../../router/navigation";

/** After any way to sign in: the cookie is there, the rest is as at the start of the page. */
export async function finishSignIn(): Promise<void> {
  await startSession();
  if (!location.pathname.startsWith("/app/T")) navigate("/app", { replace: true });
}
