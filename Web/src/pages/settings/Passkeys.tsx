import { useState } from "react";
import { passkeys, type Passkey } from "../../api/passkeys";
import { texts } from "../../strings/settings";
import { strings } from "../../strings";
import { dateOf, timeAgo } from "../../strings/times";
import { Button, IconButton } from "../../ui/Button";
import { confirm } from "../../ui/ConfirmDialog";
import { openDialog } from "../../ui/dialogs";
import { TextField } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { Facts, Panel, Row, Rows, When } from "../parts/Frame";
import { FormDialog } from "../parts/FormDialog";
import { run } from "../parts/run";
import { useLoaded } from "../parts/useLoaded";
import { canUsePasskeys, makePasskey } from "../signin/passkey";
import { deviceName } from "../parts/devices";

const words = texts.security;

export function Passkeys() {
  const loaded = useLoaded(passkeys.list);
  const usable = canUsePasskeys();
  if (loaded.error && [404, 501].includes(loaded.error.status)) {
    return <Panel title={words.passkeys}><p className="rows-empty">{words.passkeysOff}</p></Panel>;
  }
  const add = () => openDialog((close) => (
    <NameDialog title={words.addPasskey} first={deviceName(navigator.userAgent)} action={words.addPasskey} onClose={close}
      onName={async (name) => {
        const { challenge_id, public_key } = await passkeys.addOptions();
        await passkeys.add(challenge_id, name, await makePasskey(public_key));
        loaded.reload();
      }} />
  ));
  return (
    <Panel title={words.passkeys} text={usable ? words.passkeysText : words.passkeyUnsupported}
      action={usable && <Button onClick={add}><Icon name="key" size={16} />{words.addPasskey}</Button>}>
      <When loaded={loaded} rows={1}>
        {(list) => (
          <Rows label={words.passkeys} empty={words.noPasskeys}>
            {list.map((passkey) => <PasskeyRow key={passkey.id} passkey={passkey} onChange={loaded.reload} />)}
          </Rows>
        )}
      </When>
    </Panel>
  );
}

function PasskeyRow({ passkey, onChange }: { passkey: Passkey; onChange: () => void }) {
  const rename = () => openDialog((close) => (
    <NameDialog title={words.rename} first={passkey.name} action={strings.common.save} onClose={close}
      onName={async (name) => {
        await passkeys.rename(passkey.id, name);
        onChange();
      }} />
  ));
  const remove = () => confirm(
    { title: words.removePasskeyTitle, text: words.removePasskeyText, action: strings.common.remove },
    () => run(passkeys.remove(passkey.id), onChange));
  return (
    <Row picture={<span className="list-icon"><Icon name="key" /></span>} title={passkey.name}
      meta={<Facts of={[
        words.added(dateOf(passkey.created_at)), passkey.last_used_at && words.lastUsed(timeAgo(passkey.last_used_at)),
      ]} />}>
      <IconButton icon="edit" label={words.renameOf(passkey.name)} onClick={rename} />
      <IconButton icon="trash" label={words.removeOf(passkey.name)} onClick={remove} />
    </Row>
  );
}

function NameDialog({ title, first, action, onName, onClose }: {
  title: string; first: string; action: string; onName: (name: string) => Promise<void>; onClose: () => void;
}) {
  const [name, setName] = useState(first);
  return (
    <FormDialog title={title} action={action} onClose={onClose} onSubmit={() => onName(name.trim())}>
      <TextField label={words.passkeyName} required maxLength={80} autoFocus value={name}
        onChange={(event) => setName(event.target.value)} />
    </FormDialog>
  );
}
