import { useRef, useState } from "react";
import type { User } from "../../api";
import { management } from "../../api/management";
import { toast } from "../../commands/report";
import { createWorkspace, loadWorkspaces } from "../../commands/workspaces";
import { workspaceAddress } from "../../router/location";
import { navigate } from "../../router/navigation";
import { strings } from "../../strings";
import { texts } from "../../strings/settings";
import { hueOf, initialsOf } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { confirm } from "../../ui/ConfirmDialog";
import { openDialog } from "../../ui/dialogs";
import { TextField } from "../../ui/Field";
import { askName } from "../../ui/PromptDialog";
import { Heading, Panel } from "../parts/Frame";
import { FormDialog } from "../parts/FormDialog";
import { PersonPicker } from "../parts/PersonPicker";
import { run } from "../parts/run";
import { useAttempt } from "../parts/useAttempt";
import { canModerate, type SectionProps } from "./WorkspaceSettings";

const words = texts.workspace;
const ICON_TYPES = "image/png,image/jpeg,image/gif,image/webp,image/avif";

export function General({ workspace }: SectionProps) {
  const mine = workspace.role === "owner";
  return (
    <>
      <Heading title={words.general} />
      <Icon workspace={workspace} />
      <Names workspace={workspace} />
      {mine && <Transfer workspace={workspace} />}
      <Panel title={words.create} text={words.createText} action={<Button onClick={create}>{words.create}</Button>} />
      {mine && (
        <Panel danger title={words.danger} text={words.dangerText} action={
          <Button tone="danger" onClick={() => openDialog((close) => <Delete workspace={workspace} onClose={close} />)}>
            {words.deleteAction}
          </Button>
        } />
      )}
    </>
  );
}

function create(): void {
  askName({ title: words.create, label: words.name, action: strings.common.create }, (name) =>
    run(createWorkspace(name), (workspace) => navigate(workspaceAddress(workspace.route_id))));
}

function Icon({ workspace }: SectionProps) {
  const file = useRef<HTMLInputElement>(null);
  const { busy, error, attempt } = useAttempt();
  const change = async (address: string) => {
    await management.update(workspace.id, { icon_url: address });
    await loadWorkspaces();
  };
  return (
    <Panel title={words.icon} text={canModerate(workspace) && words.iconText}>
      <div className="icon-panel">
        <span className={`rail-icon icon-large hue-${hueOf(workspace.id)}`} aria-hidden="true">
          {workspace.icon_url ? <img src={workspace.icon_url} alt="" /> : initialsOf(workspace.name)}
        </span>
        {canModerate(workspace) && (
          <>
            <input ref={file} type="file" hidden accept={ICON_TYPES} aria-label={words.upload} onChange={(event) => {
              const [picture] = event.target.files ?? [];
              event.target.value = "";
              if (picture) {
                attempt(async () => change(`/api/uploads/${(await management.uploadIcon(workspace.id, picture)).id}`));
              }
            }} />
            <Button busy={busy} onClick={() => file.current?.click()}>{words.upload}</Button>
            {workspace.icon_url && (
              <Button tone="quiet" disabled={busy} onClick={() => attempt(() => change(""))}>{words.removeIcon}</Button>
            )}
          </>
        )}
      </div>
      {error && <p className="form-error" role="alert">{error}</p>}
    </Panel>
  );
}

function Names({ workspace }: SectionProps) {
  const [name, setName] = useState(workspace.name);
  const [slug, setSlug] = useState(workspace.slug);
  const { busy, error, attempt } = useAttempt();
  const closed = !canModerate(workspace);
  const changed = name.trim() !== workspace.name || slug.trim() !== workspace.slug;
  return (
    <Panel title={words.names}>
      <form className="form" onSubmit={(event) => {
        event.preventDefault();
        attempt(async () => {
          const saved = await management.update(workspace.id, {
            ...(name.trim() !== workspace.name && { name: name.trim() }),
            ...(slug.trim() !== workspace.slug && { slug: slug.trim() }),
          });
          setName(saved.name);
          setSlug(saved.slug);
          await loadWorkspaces();
          toast(texts.frame.saved, "success");
        });
      }}>
        <TextField label={words.name} required maxLength={80} value={name} readOnly={closed}
          onChange={(event) => setName(event.target.value)} />
        <TextField label={words.slug} hint={words.slugHint} required value={slug} readOnly={closed} spellCheck={false}
          onChange={(event) => setSlug(event.target.value)} />
        {error && <p className="form-error" role="alert">{error}</p>}
        {!closed && (
          <div className="form-actions">
            <Button tone="primary" type="submit" busy={busy} disabled={!changed || !name.trim()}>{words.save}</Button>
          </div>
        )}
      </form>
    </Panel>
  );
}

function Transfer({ workspace }: SectionProps) {
  const [person, setPerson] = useState<User | null>(null);
  const { busy, error, attempt } = useAttempt();
  return (
    <Panel title={words.transfer} text={words.transferText}>
      <div className="form">
        <PersonPicker workspaceID={workspace.id} label={words.newOwner} value={person} onChange={setPerson}
          filter={(member) => member.role !== "owner" && member.role !== "bot" && member.role !== "guest"} />
        {error && <p className="form-error" role="alert">{error}</p>}
        <div className="form-actions">
          <Button busy={busy} disabled={!person} onClick={() => person && confirm(
            { title: words.transferTo(person.display_name), text: words.transferText, action: words.transferAction },
            () => attempt(async () => {
              await management.transfer(workspace.id, person.id);
              await loadWorkspaces();
            }))}>
            {words.transfer}
          </Button>
        </div>
      </div>
    </Panel>
  );
}

function Delete({ workspace, onClose }: SectionProps & { onClose: () => void }) {
  const [typed, setTyped] = useState("");
  return (
    <FormDialog danger title={words.deleteTitle(workspace.name)} action={words.deleteAction} disabled={typed !== workspace.name}
      onClose={onClose} onSubmit={async () => {
        await management.remove(workspace.id);
        await loadWorkspaces();
        toast(words.deleted(workspace.name), "success");
        navigate("/app", { replace: true });
      }}>
      <p>{words.dangerText}</p>
      <TextField label={words.deleteLabel(workspace.name)} value={typed} autoComplete="off" spellCheck={false} autoFocus
        onChange={(event) => setTyped(event.target.value)} />
    </FormDialog>
  );
}
