import type { ReactNode } from "react";
import { strings } from "../../strings";
import { Crab } from "../../ui/Crab";

/** The card that a link from a mail or a message leads to. A problem leaves only the way to the sign-in page. */
export function LinkCard({ title, problem, crab = true, children }: {
  title: string; problem: string; crab?: boolean; children?: ReactNode;
}) {
  return (
    <main className="screen">
      <div className="card">
        {(crab || problem) && <Crab mood={problem ? "puzzled" : "calm"} />}
        <h1>{title}</h1>
        {problem
          ? <>
              <p className="form-error card-intro" role="alert">{problem}</p>
              <a className="button button-plain" href="/app">{strings.signIn.toSignIn}</a>
            </>
          : children}
      </div>
    </main>
  );
}
