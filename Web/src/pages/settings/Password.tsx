import { useState } from "react";
import { ApiError } from "../../api";
import { account } from "../../api/account";
import { toast } from "../../commands/report";
import { texts } from "../../strings/settings";
import { Button } from "../../ui/Button";
import { confirm } from "../../ui/ConfirmDialog";
import { TextField } from "../../ui/Field";
import { Panel } from "../parts/Frame";
import { useAttempt } from "../parts/useAttempt";

const words = texts.security;
const LENGTH_MIN = 10;

export function Password() {
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [again, setAgain] = useState("");
  const [off, setOff] = useState(false);
  const { busy, error, attempt, fail } = useAttempt();
  const finish = (text: string) => {
    setCurrent("");
    setNext("");
    setAgain("");
    toast(text, "success");
  };
  const save = async () => {
    if (next !== again) return fail(words.differ);
    try {
      await account.setPassword(current, next);
      finish(words.passwordSet);
    } catch (failure) {
      if (failure instanceof ApiError && failure.status === 501) return setOff(true);
      throw failure;
    }
  };
  const remove = () => confirm(
    { title: words.removePasswordTitle, text: words.removePasswordText, action: words.removePassword },
    () => attempt(async () => {
      await account.removePassword(current);
      finish(words.passwordRemoved);
    }));
  if (off) return <Panel title={words.password}><p className="rows-empty">{words.passwordsOff}</p></Panel>;
  return (
    <Panel title={words.password} text={words.passwordText}>
      <form className="form form-columns" onSubmit={(event) => {
        event.preventDefault();
        attempt(save);
      }}>
        <TextField label={words.currentPassword} hint={words.currentHint} type="password" autoComplete="current-password"
          value={current} onChange={(event) => setCurrent(event.target.value)} />
        <TextField label={words.newPassword} type="password" autoComplete="new-password" required minLength={LENGTH_MIN}
          value={next} onChange={(event) => setNext(event.target.value)} />
        <TextField label={words.repeatPassword} type="password" autoComplete="new-password" required value={again}
          error={again && next !== again ? words.differ : ""} onChange={(event) => setAgain(event.target.value)} />
        {error && <p className="form-error" role="alert">{error}</p>}
        <div className="form-actions">
          <Button type="submit" busy={busy}>{words.setPassword}</Button>
          <Button tone="quiet" disabled={!current} onClick={remove}>{words.removePassword}</Button>
        </div>
      </form>
    </Panel>
  );
}
