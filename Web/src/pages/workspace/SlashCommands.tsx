import { useState } from "react";
import { integrations } from "../../api/integrations";
import { strings } from "../../strings";
import { texts } from "../../strings/settings";
import { Button } from "../../ui/Button";
import { confirm } from "../../ui/ConfirmDialog";
import { openDialog } from "../../ui/dialogs";
import { TextField } from "../../ui/Field";
import { Icon } from "../../ui/Icon";
import { Facts, Panel, Row, Rows, When } from "../parts/Frame";
import { FormDialog } from "../parts/FormDialog";
import { run } from "../parts/run";
import { showSecret } from "../parts/Secret";
import { useLoaded } from "../parts/useLoaded";
import { BotField } from "./BotField";
import type { IntegrationProps } from "./Integrations";
import { canModerate } from "./WorkspaceSettings";

const words = texts.integrations;

export function SlashCommands(props: IntegrationProps) {
  const { workspace, bots } = props;
  const loaded = useLoaded(() => integrations.commands(workspace.id), workspace.id);
  const manages = canModerate(workspace);
  return (
    <Panel title={words.commands} text={words.commandsText} action={manages && bots.length > 0 && (
      <Button onClick={() => openDialog((close) => <Create {...props} onDone={loaded.reload} onClose={close} />)}>
        {words.newCommand}
      </Button>
    )}>
      <When loaded={loaded} rows={1}>
        {(list) => (
          <Rows label={words.commands} empty={words.noCommands}>
            {list.map(({ id, command, description, callback_url, bot_user_id }) => (
              <Row key={id} picture={<span className="list-icon"><Icon name="hash" /></span>} title={<code>{command}</code>}
                meta={<Facts of={[description, callback_url, bots.find((bot) => bot.id === bot_user_id)?.display_name]} />}>
                {manages && (
                  <>
                    <Button tone="quiet" aria-label={words.rotateOf(command)} onClick={() => run(
                      integrations.rotateCommand(id),
                      ({ signing_secret }) => showSecret(words.rotateOf(command), words.secret, signing_secret ?? ""))}>
                      {words.rotate}
                    </Button>
                    <Button tone="quiet" aria-label={words.revokeOf(command)} onClick={() => confirm(
                      { title: words.revokeTitle(command), text: words.revokeText, action: words.revoke },
                      () => run(integrations.revokeCommand(id), loaded.reload))}>
                      {words.revoke}
                    </Button>
                  </>
                )}
              </Row>
            ))}
          </Rows>
        )}
      </When>
    </Panel>
  );
}

function Create({ workspace, bots, onDone, onClose }: IntegrationProps & { onDone: () => void; onClose: () => void }) {
  const [command, setCommand] = useState("");
  const [description, setDescription] = useState("");
  const [callback, setCallback] = useState("");
  const [bot, setBot] = useState(bots[0]?.id ?? "");
  return (
    <FormDialog title={words.newCommand} action={strings.common.create} onClose={onClose} onSubmit={async () => {
      const made = await integrations.createCommand(workspace.id, {
        command: command.trim(), description: description.trim(), callback_url: callback.trim(), bot_user_id: bot,
      });
      onDone();
      showSecret(made.command, words.secret, made.signing_secret ?? "");
    }}>
      <TextField label={words.command} hint={words.commandHint} required value={command} autoFocus spellCheck={false}
        onChange={(event) => setCommand(event.target.value)} />
      <TextField label={words.description} maxLength={500} value={description} onChange={(event) => setDescription(event.target.value)} />
      <TextField label={words.callback} required type="url" value={callback} onChange={(event) => setCallback(event.target.value)} />
      <BotField bots={bots} value={bot} onChange={setBot} />
    </FormDialog>
  );
}
