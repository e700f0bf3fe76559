import { bots } from "../../api/bots";
import { texts } from "../../strings/settings";
import { Button } from "../../ui/Button";
import { openDialog } from "../../ui/dialogs";
import { Heading, Rows, When } from "../parts/Frame";
import { useLoaded } from "../parts/useLoaded";
import { useMe } from "../settings/useMe";
import { BotCard } from "./BotCard";
import { NewBot } from "./NewBot";
import { canModerate, type SectionProps } from "./WorkspaceSettings";

const words = texts.bots;

export default function Bots({ workspace }: SectionProps) {
  const me = useMe();
  const loaded = useLoaded(() => bots.list(workspace.id), workspace.id);
  const moderates = canModerate(workspace);
  const create = () => openDialog((close) => (
    <NewBot workspaceID={workspace.id} service={moderates} onCreated={loaded.reload} onClose={close} />
  ));
  return (
    <>
      <Heading title={words.title} action={workspace.role !== "guest" && (
        <Button tone="primary" onClick={create}>{words.create}</Button>
      )}>{words.text}</Heading>
      <When loaded={loaded}>
        {(list) => (
          <Rows label={words.title} empty={words.none}>
            {list.map(({ bot, tokens }) => {
              const mine = bot.owner_user_id === me.id;
              // Nobody but its owner makes tokens for a person's bot; moderators may take it out of the workspace.
              return (
                <BotCard key={bot.id} workspaceID={workspace.id} bot={bot} tokens={tokens ?? []} mine={mine}
                  manages={bot.owner_user_id ? mine : moderates} removes={mine || moderates} onChange={loaded.reload} />
              );
            })}
          </Rows>
        )}
      </When>
    </>
  );
}
