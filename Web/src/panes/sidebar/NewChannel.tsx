import { useState } from "react";
import { api } from "../../api";
import { messageOf } from "../../commands/report";
import { dispatchTo, shownWorkspace } from "../../commands/space";
import { go } from "../../router/go";
import { store } from "../../store/store";
import { strings } from "../../strings";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { openDialog } from "../../ui/dialogs";
import { CheckField, TextField } from "../../ui/Field";
import { SectionField, useSections } from "../channel/SectionField";

export function newChannel(): void {
  openDialog((close) => <NewChannel onClose={close} />);
}

function NewChannel({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState("");
  const [isPrivate, setPrivate] = useState(false);
  const [section, setSection] = useState("");
  const sections = useSections();
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const create = async () => {
    setBusy(true);
    try {
      const workspaceID = shownWorkspace();
      const channel = await api.channels.create(workspaceID, {
        name: name.trim(), ...(isPrivate && { private: true }),
        ...(section.trim() && { sidebar_section: section.trim() }),
      });
      dispatchTo(workspaceID, { type: "conversations/added", channel });
      const conversation = store.getState().spaces[workspaceID]?.conversations[channel.id];
      onClose();
      if (conversation) go.conversation(workspaceID, conversation);
    } catch (failure) {
      setError(messageOf(failure));
      setBusy(false);
    }
  };
  return (
    <Dialog title={strings.sidebar.newChannel} onClose={onClose}>
      <form className="form" onSubmit={(event) => {
        event.preventDefault();
        if (name.trim()) void create();
      }}>
        <TextField label={strings.sidebar.channelName} value={name} maxLength={80} required autoFocus error={error}
          onChange={(event) => setName(event.target.value)} />
        <SectionField value={section} onChange={setSection} sections={sections} />
        <CheckField label={strings.sidebar.privateChannel} checked={isPrivate}
          onChange={(event) => setPrivate(event.target.checked)} />
        <footer className="dialog-actions">
          <Button tone="quiet" onClick={onClose}>{strings.common.cancel}</Button>
          <Button tone="primary" type="submit" busy={busy}>{strings.common.create}</Button>
        </footer>
      </form>
    </Dialog>
  );
}
