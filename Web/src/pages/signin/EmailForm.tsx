// The ways to sign in that begin with an address: a password, a link by mail, or the code of such a link.

import { useState } from "react";
import { api } from "../../api";
import { strings } from "../../strings";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/Field";
import { useAttempt } from "../parts/useAttempt";
import { finishSignIn } from "./finish";

type Way = "password" | "link" | "code";

export function EmailForm({ password: offersPassword, link: offersLink }: { password: boolean; link: boolean }) {
  const [way, setWay] = useState<Way>(offersPassword ? "password" : offersLink ? "link" : "code");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [sent, setSent] = useState(false);
  const { busy, error, attempt, fail } = useAttempt();
  const turn = (next: Way) => {
    fail("");
    setSent(false);
    setWay(next);
  };
  const consume = async (token: string) => {
    await api.auth.consumeMagicLink(token);
    await finishSignIn();
  };
  const submit: Record<Way, () => Promise<void>> = {
    password: async () => {
      await api.auth.signInWithPassword(email.trim(), password);
      await finishSignIn();
    },
    link: async () => {
      const answer = await api.auth.requestMagicLink(email.trim());
      if (answer?.token) return consume(answer.token);
      setSent(true);
      setWay("code");
    },
    code: () => consume(code.trim()),
  };
  const action = { password: strings.signIn.withPassword, link: strings.signIn.sendLink, code: strings.signIn.useCode }[way];
  return (
    <form className="form" onSubmit={(event) => {
      event.preventDefault();
      attempt(submit[way]);
    }}>
      {sent && <p className="form-note" role="status">{strings.signIn.linkSent}</p>}
      {way !== "code" && (
        <TextField label={strings.signIn.email} type="email" autoComplete="username" required value={email}
          aria-invalid={!!error || undefined} onChange={(event) => setEmail(event.target.value)} />
      )}
      {way === "password" && (
        <TextField label={strings.signIn.password} type="password" autoComplete="current-password" required value={password}
          aria-invalid={!!error || undefined} onChange={(event) => setPassword(event.target.value)} />
      )}
      {way === "code" && (
        <TextField label={strings.signIn.code} hint={strings.signIn.codeHint} autoComplete="one-time-code" required
          spellCheck={false} value={code} aria-invalid={!!error || undefined}
          onChange={(event) => setCode(event.target.value)} />
      )}
      {error && <p className="form-error" role="alert">{error}</p>}
      <Button tone="primary" type="submit" busy={busy}>{action}</Button>
      <div className="sign-in-turns">
        {way === "password" && offersLink && (
          <Button tone="quiet" onClick={() => turn("link")}>{strings.signIn.linkInstead}</Button>
        )}
        {way === "link" && offersPassword && (
          <Button tone="quiet" onClick={() => turn("password")}>{strings.signIn.passwordInstead}</Button>
        )}
        {way === "code"
          ? (offersLink || offersPassword) && (
            <Button tone="quiet" onClick={() => turn(offersLink ? "link" : "password")}>{strings.signIn.otherAddress}</Button>
          )
          : <Button tone="quiet" onClick={() => turn("code")}>{strings.signIn.haveCode}</Button>}
      </div>
    </form>
  );
}
