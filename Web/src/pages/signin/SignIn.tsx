// The door.

import { strings } from "../../strings";
import { Crab } from "../../ui/Crab";
import { SignInWays } from "./SignInWays";

export default function SignIn() {
  return (
    <main className="screen">
      <div className="card">
        <Crab />
        <h1>{strings.signIn.title}</h1>
        <p className="card-intro">{strings.signIn.intro}</p>
        <SignInWays />
      </div>
    </main>
  );
}
