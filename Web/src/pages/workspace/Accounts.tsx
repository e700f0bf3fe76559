import { useState } from "react";
import type { User } from "../../api";
import { integrations } from "../../api/integrations";
import { texts } from "../../strings/settings";
import { dateOf } from "../../strings/times";
import { Avatar } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { confirm } from "../../ui/ConfirmDialog";
import { openDialog } from "../../ui/dialogs";
import { TextField } from "../../ui/Field";
import { Facts, Panel, Row, Rows, When } from "../parts/Frame";
import { FormDialog } from "../parts/FormDialog";
import { PersonPicker } from "../parts/PersonPicker";
import { run } from "../parts/run";
import { useLoaded } from "../parts/useLoaded";
import { usePeople } from "../parts/usePeople";
import { useMe } from "../settings/useMe";
import { canModerate, type SectionProps } from "./WorkspaceSettings";

const words = texts.integrations;

export function Accounts({ workspace }: SectionProps) {
  const me = useMe();
  const people = usePeople(workspace.id);
  const loaded = useLoaded(() => integrations.accounts(workspace.id), workspace.id);
  const manages = canModerate(workspace);
  return (
    <Panel title={words.accounts} text={words.accountsText} action={manages && (
      <Button onClick={() => openDialog((close) => <Connect workspace={workspace} onDone={loaded.reload} onClose={close} />)}>
        {words.connect}
      </Button>
    )}>
      <When loaded={loaded} rows={1}>
        {(list) => (
          <Rows label={words.accounts} empty={words.noAccounts}>
            {list.map((account) => {
              const person = people.get(account.user_id) ?? null;
              const name = account.display_name || account.provider_account_id;
              return (
                <Row key={account.id} picture={<Avatar user={person} />} title={person?.display_name ?? account.user_id}
                  meta={<Facts of={[account.provider, name, (account.scopes ?? []).join(", "), dateOf(account.created_at)]} />}>
                  {(manages || account.user_id === me.id) && (
                    <Button tone="quiet" aria-label={words.revokeOf(name)} onClick={() => confirm(
                      { title: words.revokeTitle(name), text: words.revokeText, action: words.revoke },
                      () => run(integrations.disconnect(account.id), loaded.reload))}>
                      {words.revoke}
                    </Button>
                  )}
                </Row>
              );
            })}
          </Rows>
        )}
      </When>
    </Panel>
  );
}

function Connect({ workspace, onDone, onClose }: SectionProps & { onDone: () => void; onClose: () => void }) {
  const [person, setPerson] = useState<User | null>(null);
  const [provider, setProvider] = useState("");
  const [account, setAccount] = useState("");
  const [name, setName] = useState("");
  return (
    <FormDialog title={words.connect} action={words.connect} disabled={!person} onClose={onClose} onSubmit={async () => {
      if (!person) return;
      await integrations.connect(workspace.id, {
        user_id: person.id, provider: provider.trim(), provider_account_id: account.trim(), display_name: name.trim(),
      });
      onDone();
    }}>
      <PersonPicker workspaceID={workspace.id} label={words.person} value={person} onChange={setPerson} />
      <TextField label={words.provider} required value={provider} spellCheck={false} onChange={(event) => setProvider(event.target.value)} />
      <TextField label={words.providerAccount} required value={account} spellCheck={false} onChange={(event) => setAccount(event.target.value)} />
      <TextField label={words.appName} value={name} maxLength={80} onChange={(event) => setName(event.target.value)} />
    </FormDialog>
  );
}
