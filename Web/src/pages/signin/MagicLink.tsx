import { useEffect, useRef } from "react";
import { api } from "../../api";
import { strings } from "../../strings";
import { useAttempt } from "../parts/useAttempt";
import { finishSignIn } from "./finish";
import { takeToken } from "./fragment";
import { LinkCard } from "./LinkCard";

/** `/app/magic#TOKEN`: the link of a sign-in mail, used at once. */
export default function MagicLink() {
  const { error, attempt, fail } = useAttempt();
  const used = useRef(false);
  useEffect(() => {
    if (used.current) return;
    used.current = true;
    const token = takeToken("magic");
    if (!token) return fail(strings.signIn.linkBad);
    attempt(async () => {
      await api.auth.consumeMagicLink(token);
      await finishSignIn();
    });
  }, [attempt, fail]);
  return (
    <LinkCard title={strings.signIn.title} problem={error}>
      <p className="card-intro" role="status">{strings.signIn.working}</p>
    </LinkCard>
  );
}
