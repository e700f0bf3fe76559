import { useState } from "react";
import { integrations, type AppInstallation, type Uninstall } from "../../api/integrations";
import { texts } from "../../strings/settings";
import { dateOf } from "../../strings/times";
import { Avatar } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { openDialog } from "../../ui/dialogs";
import { CheckField, TextField } from "../../ui/Field";
import { Facts, Panel, Row, Rows, When } from "../parts/Frame";
import { FormDialog } from "../parts/FormDialog";
import { useLoaded } from "../parts/useLoaded";
import { BotField } from "./BotField";
import type { IntegrationProps } from "./Integrations";
import { canModerate } from "./WorkspaceSettings";

const words = texts.integrations;

export function Apps(props: IntegrationProps) {
  const { workspace, bots } = props;
  const loaded = useLoaded(() => integrations.apps(workspace.id), workspace.id);
  const manages = canModerate(workspace);
  return (
    <Panel title={words.apps} text={manages && !bots.length ? words.needsBot : words.appsText} action={manages && bots.length > 0 && (
      <Button onClick={() => openDialog((close) => <Install {...props} onDone={loaded.reload} onClose={close} />)}>
        {words.install}
      </Button>
    )}>
      <When loaded={loaded} rows={1}>
        {(list) => (
          <Rows label={words.apps} empty={words.noApps}>
            {list.map((app) => {
              const bot = bots.find((known) => known.id === app.bot_user_id) ?? null;
              return (
                <Row key={app.id} picture={<Avatar user={bot} />} title={app.display_name}
                  meta={<Facts of={[app.app_slug, bot?.display_name, dateOf(app.created_at)]} />}>
                  {manages && (
                    <Button tone="quiet" aria-label={words.uninstallOf(app.display_name)}
                      onClick={() => openDialog((close) => <Remove app={app} onDone={loaded.reload} onClose={close} />)}>
                      {words.uninstall}
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

function Install({ workspace, bots, onDone, onClose }: IntegrationProps & { onDone: () => void; onClose: () => void }) {
  const [slug, setSlug] = useState("");
  const [name, setName] = useState("");
  const [bot, setBot] = useState(bots[0]?.id ?? "");
  return (
    <FormDialog title={words.install} action={words.install} onClose={onClose} onSubmit={async () => {
      await integrations.install(workspace.id, { app_slug: slug.trim(), display_name: name.trim(), bot_user_id: bot });
      onDone();
    }}>
      <TextField label={words.slug} required value={slug} autoFocus spellCheck={false} onChange={(event) => setSlug(event.target.value)} />
      <TextField label={words.appName} value={name} maxLength={80} onChange={(event) => setName(event.target.value)} />
      <BotField bots={bots} value={bot} onChange={setBot} />
    </FormDialog>
  );
}

function Remove({ app, onDone, onClose }: { app: AppInstallation; onDone: () => void; onClose: () => void }) {
  const [what, setWhat] = useState<Uninstall>({
    revoke_slash_commands: true, revoke_event_subscriptions: true, revoke_bot_tokens: false, delete_bot: false,
  });
  const choice = (name: keyof Uninstall, label: string) => (
    <CheckField label={label} checked={what[name]} onChange={(event) => setWhat({ ...what, [name]: event.target.checked })} />
  );
  return (
    <FormDialog danger title={words.uninstallTitle(app.display_name)} action={words.uninstall} onClose={onClose}
      onSubmit={async () => {
        await integrations.uninstall(app.id, what);
        onDone();
      }}>
      {choice("revoke_slash_commands", words.withCommands)}
      {choice("revoke_event_subscriptions", words.withEvents)}
      {choice("revoke_bot_tokens", words.withTokens)}
      {choice("delete_bot", words.withBot)}
    </FormDialog>
  );
}
