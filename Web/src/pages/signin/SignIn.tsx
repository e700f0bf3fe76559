// The door: every way to sign in that the server offers.

import { useEffect, useState } from "react";
import { api, type SignInMethods } from "../../api";
import { messageOf } from "../../commands/report";
import { strings } from "../../strings";
import { Crab } from "../../ui/Crab";
import { Skeleton } from "../../ui/States";
import { DevelopmentSignIn } from "./DevelopmentSignIn";
import { MagicLinkForm } from "./MagicLinkForm";
import { PasswordForm } from "./PasswordForm";
import { Providers } from "./Providers";

export default function SignIn() {
  const [methods, setMethods] = useState<SignInMethods | null>(null);
  const [error, setError] = useState("");
  useEffect(() => {
    api.auth.methods().then(setMethods, (failure) => setError(messageOf(failure)));
  }, []);
  return (
    <main className="screen">
      <div className="card">
        <Crab />
        <h1>{strings.signIn.title}</h1>
        <p className="card-intro">{strings.signIn.intro}</p>
        {error && <p className="form-error" role="alert">{error}</p>}
        {!methods && !error && <Skeleton rows={2} />}
        {methods && (
          <div className="sign-in-methods">
            {methods.development && <DevelopmentSignIn />}
            {methods.password && <PasswordForm />}
            {methods.magic_link && <MagicLinkForm />}
            {methods.providers.length > 0 && <Providers providers={methods.providers} />}
          </div>
        )}
      </div>
    </main>
  );
}
