import { useState } from "react";
import { invites, type Invite, type NewInvite } from "../../api/invites";
import { texts } from "../../strings/settings";
import { momentOf } from "../../strings/times";
import { Button } from "../../ui/Button";
import { openDialog } from "../../ui/dialogs";
import { SelectField, TextField } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { Facts, Heading, Row, Rows, Tag, When } from "../parts/Frame";
import { FormDialog } from "../parts/FormDialog";
import { run } from "../parts/run";
import { showSecret } from "../parts/Secret";
import { useLoaded } from "../parts/useLoaded";
import { endOf } from "./invitation";
import type { SectionProps } from "./WorkspaceSettings";

const words = texts.invites;

export default function Invites({ workspace }: SectionProps) {
  const loaded = useLoaded(() => invites.list(workspace.id), workspace.id);
  const create = () => openDialog((close) => <Create workspace={workspace} onCreated={loaded.reload} onClose={close} />);
  return (
    <>
      <Heading title={words.title} action={<Button tone="primary" onClick={create}>{words.create}</Button>}>{words.text}</Heading>
      <When loaded={loaded}>
        {(list) => (
          <Rows label={words.title} empty={words.none}>
            {list.map((invite) => (
              <InviteRow key={invite.id} invite={invite}
                onRevoke={() => run(invites.revoke(workspace.id, invite.id), loaded.reload)} />
            ))}
          </Rows>
        )}
      </When>
    </>
  );
}

function InviteRow({ invite, onRevoke }: { invite: Invite; onRevoke: () => void }) {
  const end = endOf(invite);
  const role = texts.roles[invite.role];
  return (
    <Row id={invite.id} picture={<span className="list-icon"><Icon name="link" /></span>}
      title={<>{role}<Tag tone={end ? "quiet" : undefined}>{end ? words[end] : words.active}</Tag></>}
      meta={<Facts of={[words.used(invite.uses, invite.max_uses), words.until(momentOf(invite.expires_at))]} />}>
      {!end && <Button tone="quiet" aria-label={words.revokeOf(role)} onClick={onRevoke}>{words.revoke}</Button>}
    </Row>
  );
}

function Create({ workspace, onCreated, onClose }: SectionProps & { onCreated: () => void; onClose: () => void }) {
  const [lifetime, setLifetime] = useState(604_800);
  const [uses, setUses] = useState("10");
  const [role, setRole] = useState<NewInvite["role"]>("member");
  return (
    <FormDialog title={words.create} action={words.createAction} onClose={onClose} onSubmit={async () => {
      const { url } = await invites.create(workspace.id, { expires_in_seconds: lifetime, max_uses: Number(uses), role });
      onCreated();
      showSecret(words.link, words.link, url, words.text);
    }}>
      <SelectField label={words.role} value={role} onChange={(event) => setRole(event.target.value as NewInvite["role"])}>
        <option value="member">{texts.roles.member}</option>
        <option value="guest">{texts.roles.guest}</option>
      </SelectField>
      <SelectField label={words.expires} value={lifetime} onChange={(event) => setLifetime(Number(event.target.value))}>
        {words.lifetimes.map(([seconds, label]) => <option key={seconds} value={seconds}>{label}</option>)}
      </SelectField>
      <TextField label={words.uses} type="number" min={1} max={100_000} required value={uses}
        onChange={(event) => setUses(event.target.value)} />
    </FormDialog>
  );
}
