import { startSession } from "../../commands/session";
import { navigate } from "../../router/navigation";

/** Pages that have done their work once somebody is signed in. */
const DONE = /^\/app\/(magic|reset|invite)(\/|$)/;

/** After any way to sign in: the cookie is there, the rest is as at the start of the page. */
export async function finishSignIn(): Promise<void> {
  await startSession();
  if (DONE.test(location.pathname)) navigate("/app", { replace: true });
}
