import { useState } from "react";
import type { Channel } from "../../api";
import { changeChannel } from "../../commands/channels";
import { strings } from "../../strings";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { TextField } from "../../ui/Field";
import { SectionField, useSections } from "./SectionField";

/** Changes what a channel is called and where it stands. */
export default function ChannelDialog({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const [name, setName] = useState(channel.name);
  const [title, setTitle] = useState(channel.display_title ?? "");
  const [section, setSection] = useState(channel.sidebar_section ?? "");
  const [busy, setBusy] = useState(false);
  const sections = useSections();
  const save = async () => {
    setBusy(true);
    const done = await changeChannel(channel, {
      ...(name.trim() !== channel.name && { name: name.trim() }),
      display_title: title.trim(), sidebar_section: section.trim(),
    });
    setBusy(false);
    if (done) onClose();
  };
  return (
    <Dialog title={strings.channel.edit} onClose={onClose}>
      <form className="form" onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}>
        <TextField label={strings.channel.name} value={name} maxLength={80} required autoFocus
          onChange={(event) => setName(event.target.value)} />
        <TextField label={strings.channel.title} hint={strings.channel.titleHint} value={title} maxLength={200}
          onChange={(event) => setTitle(event.target.value)} />
        <SectionField value={section} onChange={setSection} sections={sections} />
        <footer className="dialog-actions">
          <Button tone="quiet" onClick={onClose}>{strings.common.cancel}</Button>
          <Button tone="primary" type="submit" busy={busy}>{strings.common.save}</Button>
        </footer>
      </form>
    </Dialog>
  );
}
