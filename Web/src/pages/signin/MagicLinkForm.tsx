import { useState } from "react";
import { api } from "../../api";
import { strings } from "../../strings";
import { Button } from "../../ui/Button";
import { TextField } from "../../ui/Field";
import { finishSignIn } from "./finish";
import { useSignIn } from "./useSignIn";

export function MagicLinkForm() {
  const [email, setEmail] = useState("");
  const [code, setCode] = useState("");
  const [asksCode, setAsksCode] = useState(false);
  const [sent, setSent] = useState(false);
  const { busy, error, attempt } = useSignIn();
  const use = async (token: string) => {
    await api.auth.consumeMagicLink(token);
    await finishSignIn();
  };
  const send = async () => {
    const answer = await api.auth.requestMagicLink(email);
    if (answer?.token) return use(answer.token);
    setSent(true);
    setAsksCode(true);
  };
  return (
    <form className="form" onSubmit={(event) => {
      event.preventDefault();
      attempt(() => (asksCode ? use(code.trim()) : send()));
    }}>
      {sent && <p className="form-note" role="status">{strings.signIn.linkSent}</p>}
      {asksCode
        ? <TextField key="code" label={strings.signIn.code} autoComplete="one-time-code" required value={code} error={error}
            onChange={(event) => setCode(event.target.value)} />
        : <TextField key="email" label={strings.signIn.email} type="email" autoComplete="email" required value={email}
            error={error} onChange={(event) => setEmail(event.target.value)} />}
      <Button tone="primary" type="submit" busy={busy}>{asksCode ? strings.signIn.useCode : strings.signIn.sendLink}</Button>
      <Button tone="quiet" onClick={() => setAsksCode(!asksCode)}>
        {asksCode ? strings.common.back : strings.signIn.haveCode}
      </Button>
    </form>
  );
}
