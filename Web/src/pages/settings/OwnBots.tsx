import { bots } from "../../api/bots";
import { texts } from "../../strings/settings";
import { Heading, Rows, When } from "../parts/Frame";
import { useLoaded } from "../parts/useLoaded";
import { BotCard } from "../workspace/BotCard";

const words = texts.bots;

/** The bots that act for the signed-in person, in whichever workspace. */
export default function OwnBots() {
  const loaded = useLoaded(async () => Promise.all((await bots.mine()).map(async ({ bot, workspace }) =>
    ({ bot, workspace, tokens: await bots.tokens(workspace.id, bot.id) }))));
  return (
    <>
      <Heading title={words.mine}>{words.mineText}</Heading>
      <When loaded={loaded}>
        {(list) => (
          <Rows label={words.mine} empty={words.none}>
            {list.map(({ bot, workspace, tokens }) => (
              <BotCard key={`${workspace.id}-${bot.id}`} workspaceID={workspace.id} bot={bot} tokens={tokens} mine={false}
                note={workspace.name} manages removes onChange={loaded.reload} />
            ))}
          </Rows>
        )}
      </When>
    </>
  );
}
