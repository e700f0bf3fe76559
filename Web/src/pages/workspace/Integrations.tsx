import type { User } from "../../api";
import { bots } from "../../api/bots";
import { texts } from "../../strings/settings";
import { Heading } from "../parts/Frame";
import { useLoaded } from "../parts/useLoaded";
import { Accounts } from "./Accounts";
import { Apps } from "./Apps";
import { SlashCommands } from "./SlashCommands";
import { Subscriptions } from "./Subscriptions";
import type { SectionProps } from "./WorkspaceSettings";

export interface IntegrationProps extends SectionProps {
  /** The bots that integrations can act as. */
  bots: readonly User[];
}

export default function Integrations({ workspace }: SectionProps) {
  const { value } = useLoaded(async () => (await bots.list(workspace.id)).map(({ bot }) => bot), workspace.id);
  const props: IntegrationProps = { workspace, bots: value ?? [] };
  return (
    <>
      <Heading title={texts.integrations.title} />
      <Apps {...props} />
      <SlashCommands {...props} />
      <Subscriptions {...props} />
      <Accounts workspace={workspace} />
    </>
  );
}
