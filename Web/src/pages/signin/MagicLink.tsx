import { useEffect, useRef } from "react";
import { api } from "../../api";
import { strings } from "../../strings";
import { Crab } from "../../ui/Crab";
import { finishSignIn } from "./finish";
import { useSignIn } from "./useSignIn";

/** Uses the token behind the `#`, which browsers send to no server, and takes it out of the address at once. */
export default function MagicLink() {
  const { error, attempt } = useSignIn();
  const used = useRef(false);
  useEffect(() => {
    if (used.current) return;
    used.current = true;
    const token = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
    attempt(async () => {
      await api.auth.consumeMagicLink(token);
      await finishSignIn();
    });
  }, [attempt]);
  return (
    <main className="screen">
      <div className="card">
        <Crab mood={error ? "puzzled" : "calm"} />
        <h1>{strings.signIn.title}</h1>
        {error
          ? <p className="form-error" role="alert">{error} <a href="/app">{strings.common.back}</a></p>
          : <p role="status">{strings.signIn.working}</p>}
      </div>
    </main>
  );
}
