// Who is here, page by page; and for owners and moderators, who waits, who is restricted, and what to do about it.

import { useState } from "react";
import type { Role, User, WorkspaceMember } from "../../api";
import { management, type DirectoryPage, type MemberModeration, type ModerationChange } from "../../api/management";
import { api } from "../../api";
import { report } from "../../commands/report";
import { targetAddress } from "../../router/location";
import { navigate } from "../../router/navigation";
import { strings } from "../../strings";
import { texts } from "../../strings/settings";
import { dateOf, momentOf } from "../../strings/times";
import { Avatar } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { confirm } from "../../ui/ConfirmDialog";
import { openDialog } from "../../ui/dialogs";
import { SelectField, TextField } from "../../ui/Field";
import { MenuButton, type MenuItem } from "../../ui/Menu";
import { ErrorState } from "../../ui/States";
import { Facts, Heading, Panel, Row, Rows, Tag, When } from "../parts/Frame";
import { FormDialog } from "../parts/FormDialog";
import { run } from "../parts/run";
import { useLoaded, type Loaded } from "../parts/useLoaded";
import { useSettled } from "../parts/useSettled";
import { useMe } from "../settings/useMe";
import { canModerate, type SectionProps } from "./WorkspaceSettings";

const words = texts.members;
const ROLES: readonly Role[] = ["owner", "moderator", "member", "guest", "bot"];

export default function Members({ workspace }: SectionProps) {
  const [text, setText] = useState("");
  const [role, setRole] = useState("");
  const q = useSettled(text.trim());
  const directory = useLoaded<DirectoryPage>(() => management.directory(workspace.id, { q, role }), `${workspace.id} ${q} ${role}`);
  const moderates = canModerate(workspace);
  const roster = useLoaded<Map<string, MemberModeration>>(async () => {
    const members = moderates ? await management.roster(workspace.id) : [];
    return new Map(members.map((member) => [member.user.id, member]));
  }, workspace.id);
  const changed = () => {
    directory.reload();
    roster.reload();
  };
  const more = () => {
    const page = directory.value;
    if (!page?.next_cursor) return;
    run(management.directory(workspace.id, { q, role, cursor: page.next_cursor }), (next) =>
      directory.set({ ...next, total_count: page.total_count ?? 0, members: [...page.members, ...next.members] }));
  };
  return (
    <>
      <Heading title={words.title}>
        {directory.value?.total_count !== undefined && words.count(directory.value.total_count)}
      </Heading>
      {roster.value && <Attention workspace={workspace} roster={roster} onChange={changed} />}
      {roster.error && !roster.value && <ErrorState message={roster.error.message} onRetry={roster.reload} />}
      <div className="filters">
        <TextField label={words.search} type="search" value={text} onChange={(event) => setText(event.target.value)} />
        <SelectField label={words.role} value={role} onChange={(event) => setRole(event.target.value)}>
          <option value="">{words.anyRole}</option>
          {ROLES.map((known) => <option key={known} value={known}>{texts.roles[known]}</option>)}
        </SelectField>
      </div>
      <When loaded={directory} rows={6}>
        {(page) => (
          <>
            <Rows label={words.title} empty={words.none}>
              {page.members.map((member) => (
                <Person key={member.user.id} workspace={workspace} member={member} roster={roster} onChange={changed} />
              ))}
            </Rows>
            {page.has_more && <div className="form-actions"><Button onClick={more}>{strings.common.showMore}</Button></div>}
          </>
        )}
      </When>
    </>
  );
}

/** Guests who wait to be let in, and people who are blocked or in a time-out. */
function Attention({ workspace, roster, onChange }: SectionProps & {
  roster: Loaded<Map<string, MemberModeration>>; onChange: () => void;
}) {
  const all = [...(roster.value?.values() ?? [])];
  const waiting = all.filter((member) => member.role === "guest" && !member.blocked_at);
  const restricted = all.filter((member) => member.blocked_at || isTimedOut(member));
  return (
    <>
      {waiting.length > 0 && (
        <Panel title={words.waiting} text={words.waitingText}>
          <Rows label={words.waiting} empty="">
            {waiting.map((member) => (
              <Row key={member.user.id} picture={<Avatar user={member.user} />} title={member.user.display_name}
                meta={words.posts(member.posts_remaining, member.post_limit)}>
                <Button tone="primary" aria-label={words.letInOf(member.user.display_name)}
                  onClick={() => run(management.moderate(workspace.id, member.user.id, { role: "member" }), onChange)}>
                  {words.letIn}
                </Button>
              </Row>
            ))}
          </Rows>
        </Panel>
      )}
      {restricted.length > 0 && (
        <Panel title={words.restricted} text={words.restrictedText}>
          <Rows label={words.restricted} empty="">
            {restricted.map((member) => (
              <Row key={member.user.id} picture={<Avatar user={member.user} />} title={member.user.display_name}
                meta={<Facts of={[
                  member.blocked_at && words.blocked, isTimedOut(member) && words.until(momentOf(member.timeout_until ?? "")),
                  member.moderation_note,
                ]} />}>
                {member.blocked_at && (
                  <Button onClick={() => run(management.moderate(workspace.id, member.user.id, { blocked: false }), onChange)}>
                    {words.unblock}
                  </Button>
                )}
                {isTimedOut(member) && (
                  <Button onClick={() => run(management.moderate(workspace.id, member.user.id, { clear_timeout: true }), onChange)}>
                    {words.clearTimeout}
                  </Button>
                )}
              </Row>
            ))}
          </Rows>
        </Panel>
      )}
    </>
  );
}

const isTimedOut = (member: MemberModeration): boolean =>
  !!member.timeout_until && new Date(member.timeout_until).getTime() > Date.now();

function Person({ workspace, member, roster, onChange }: SectionProps & {
  member: WorkspaceMember; roster: Loaded<Map<string, MemberModeration>>; onChange: () => void;
}) {
  const me = useMe();
  const { user, role } = member;
  const details = roster.value?.get(user.id);
  return (
    <Row id={user.id} picture={<Avatar user={user} />}
      title={<>
        {user.display_name}
        {user.id === me.id && <span className="quiet">{strings.sidebar.you}</span>}
        {role !== "member" && <Tag tone={role === "guest" ? "quiet" : undefined}>{texts.roles[role]}</Tag>}
        {details?.blocked_at && <Tag tone="warm">{words.blocked}</Tag>}
      </>}
      meta={<Facts of={[user.handle && `@${user.handle}`, words.joined(dateOf(member.joined_at)), details?.moderation_note]} />}>
      {user.id !== me.id && (
        <MenuButton label={words.manageOf(user.display_name)}
          items={() => menuOf({ workspace, user, role, details, onChange })} />
      )}
    </Row>
  );
}

function menuOf({ workspace, user, role, details, onChange }: SectionProps & {
  user: User; role: Role; details: MemberModeration | undefined; onChange: () => void;
}): (MenuItem | null)[] {
  const change = (values: ModerationChange) => run(management.moderate(workspace.id, user.id, values), onChange);
  const items: (MenuItem | null)[] = [
    { id: "message", label: words.message, icon: "thread", onSelect: () => void writeTo(workspace, user) },
  ];
  // Moderators look after members and guests, owners after moderators too.
  const above = workspace.role === "owner" ? role !== "owner" : role === "member" || role === "guest";
  if (!canModerate(workspace) || !above || role === "bot") return items;
  items.push(null);
  if (workspace.role === "owner" && role === "member") {
    items.push({ id: "promote", label: words.promote, icon: "shield", onSelect: () => change({ role: "moderator" }) });
  }
  if (role !== "member") {
    items.push({
      id: "member", label: role === "guest" ? words.letIn : words.demote, icon: "person", onSelect: () => change({ role: "member" }),
    });
  }
  if (role !== "guest") items.push({ id: "guest", label: words.toGuest, icon: "door", onSelect: () => change({ role: "guest" }) });
  items.push({
    id: "note", label: words.editNote, icon: "edit",
    onSelect: () => openDialog((close) => (
      <Note name={user.display_name} first={details?.moderation_note ?? ""} onClose={close}
        onSave={async (note) => {
          await management.moderate(workspace.id, user.id, { moderation_note: note });
          onChange();
        }} />
    )),
  });
  items.push(null);
  if (details && isTimedOut(details)) {
    items.push({ id: "clear", label: words.clearTimeout, icon: "check", onSelect: () => change({ clear_timeout: true }) });
  } else {
    for (const [minutes, label] of words.timeouts) {
      items.push({
        id: `timeout-${minutes}`, label: words.timeoutFor(label), icon: "warning",
        onSelect: () => change({ timeout_minutes: minutes }),
      });
    }
  }
  items.push(details?.blocked_at
    ? { id: "unblock", label: words.unblock, icon: "check", onSelect: () => change({ blocked: false }) }
    : {
        id: "block", label: words.block, icon: "exit", danger: true,
        onSelect: () => confirm(
          { title: words.blockTitle(user.display_name), text: words.blockText, action: words.block },
          () => change({ blocked: true })),
      });
  return items;
}

async function writeTo(workspace: SectionProps["workspace"], user: User): Promise<void> {
  try {
    navigate(targetAddress(workspace.route_id, (await api.directs.open(workspace.id, [user.id])).route_id));
  } catch (error) {
    report(error);
  }
}

function Note({ name, first, onSave, onClose }: {
  name: string; first: string; onSave: (note: string) => Promise<void>; onClose: () => void;
}) {
  const [note, setNote] = useState(first);
  return (
    <FormDialog title={words.noteOf(name)} action={strings.common.save} onClose={onClose} onSubmit={() => onSave(note.trim())}>
      <TextField label={words.note} hint={words.noteHint} value={note} autoFocus maxLength={500}
        onChange={(event) => setNote(event.target.value)} />
    </FormDialog>
  );
}
