import { useState } from "react";
import { api } from "../../api";
import { toast } from "../../commands/report";
import { kept } from "../../kept";
import { useSelector } from "../../store/hooks";
import { texts } from "../../strings/settings";
import { Button } from "../../ui/Button";
import { CheckField, TextField } from "../../ui/Field";
import { Heading, Panel } from "../parts/Frame";
import { useAttempt } from "../parts/useAttempt";
import { ChannelPreferences } from "./ChannelPreferences";
import { isPushoverKey } from "./rules";
import { setMe, useMe } from "./useMe";

const words = texts.notifications;
const KEY = "clickclack.notifications";

export default function Notifications() {
  const workspaces = useSelector((state) => state.workspaces);
  return (
    <>
      <Heading title={words.title} />
      <BrowserNotifications />
      <Pushover />
      {workspaces.map((workspace) => <ChannelPreferences key={workspace.id} workspace={workspace} />)}
    </>
  );
}

function BrowserNotifications() {
  const supported = "Notification" in window;
  const [permission, setPermission] = useState(supported ? Notification.permission : "denied");
  const [wanted, setWanted] = useState(kept.getItem(KEY) === "on");
  const turn = async (on: boolean) => {
    setPermission(on ? await Notification.requestPermission() : permission);
    kept.setItem(KEY, on ? "on" : "off");
    setWanted(on);
  };
  return (
    <Panel title={words.browser} text={words.browserText}
      action={supported && permission !== "denied" && (
        <Button onClick={() => void turn(!(wanted && permission === "granted"))}>
          {wanted && permission === "granted" ? words.turnOff : words.turnOn}
        </Button>
      )}>
      {!supported ? <p className="rows-empty">{words.unsupported}</p>
        : permission === "denied" ? <p className="rows-empty">{words.denied}</p>
        : permission === "granted" && wanted && <p className="form-note">{words.on}</p>}
    </Panel>
  );
}

function Pushover() {
  const me = useMe();
  const [on, setOn] = useState(me.notification_settings?.pushover_enabled ?? false);
  const [key, setKey] = useState(me.notification_settings?.pushover_user_key ?? "");
  const { busy, error, attempt } = useAttempt();
  const bad = !isPushoverKey(key.trim());
  return (
    <Panel title={words.pushover} text={words.pushoverText}>
      <form className="form" onSubmit={(event) => {
        event.preventDefault();
        attempt(async () => {
          setMe(await api.me.update({ notification_settings: { pushover_enabled: on, pushover_user_key: key.trim() } }));
          toast(texts.frame.saved, "success");
        });
      }}>
        <CheckField label={words.pushoverOn} checked={on} onChange={(event) => setOn(event.target.checked)} />
        <TextField label={words.pushoverKey} hint={words.pushoverHint} value={key} spellCheck={false} autoComplete="off"
          required={on} error={bad ? words.pushoverBad : ""} onChange={(event) => setKey(event.target.value)} />
        {error && <p className="form-error" role="alert">{error}</p>}
        <div className="form-actions"><Button type="submit" busy={busy} disabled={bad}>{words.save}</Button></div>
      </form>
    </Panel>
  );
}
