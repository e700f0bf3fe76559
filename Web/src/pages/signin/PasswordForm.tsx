import { useState } from "react";
import { api } from "../../api";
import { strings } from "../../strings";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/Field";
import { finishSignIn } from "./finish";
import { useSignIn } from "./useSignIn";

export function PasswordForm() {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const { busy, error, attempt } = useSignIn();
  return (
    <form className="form" onSubmit={(event) => {
      event.preventDefault();
      attempt(async () => {
        await api.auth.signInWithPassword(email, password);
        await finishSignIn();
      });
    }}>
      <TextField label={strings.signIn.email} type="email" autoComplete="username webauthn" required value={email}
        onChange={(event) => setEmail(event.target.value)} />
      <TextField label={strings.signIn.password} type="password" autoComplete="current-password" required value={password}
        error={error} onChange={(event) => setPassword(event.target.value)} />
      <Button tone="primary" type="submit" busy={busy}>{strings.signIn.withPassword}</Button>
    </form>
  );
}
