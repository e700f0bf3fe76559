import { path, request } from "./client";
import type { BotCommand, CommandAnswer, SlashCommand } from "./types";

export const commands = {
  slash: async (workspace: string) =>
    (await request<{ slash_commands: SlashCommand[] | null }>("GET", path`/api/workspaces/${workspace}/slash-commands`))
      .slash_commands ?? [],
  bots: async (workspace: string) =>
    (await request<{ bot_commands: BotCommand[] | null }>("GET", path`/api/workspaces/${workspace}/bot-commands`))
      .bot_commands ?? [],
  run: (channel: string, command: string, text: string) =>
    request<CommandAnswer>("POST", path`/api/hooks/slash/${channel}`, { form: { command, text } }),
};
