// Commands that are typed: what there is, and what they answer.

import { ApiError, api, type BotCommand, type CommandAnswer, type SlashCommand } from "../api";
import { dispatchTo, cursorOf } from "./space";

export interface CommandMenu {
  slash: readonly SlashCommand[];
  bots: readonly BotCommand[];
}

const FRESH_MS = 15_000;
const menus = new Map<string, { at: number; menu: Promise<CommandMenu> }>();

/** The commands of a workspace, asked for again when the answer is old. */
export function commandMenu(workspaceID: string): Promise<CommandMenu> {
  const known = menus.get(workspaceID);
  if (known && Date.now() - known.at < FRESH_MS) return known.menu;
  const menu = Promise.all([allowed(api.commands.slash(workspaceID)), allowed(api.commands.bots(workspaceID))])
    .then(([slash, bots]) => ({ slash, bots }));
  menus.set(workspaceID, { at: Date.now(), menu });
  menu.catch(() => menus.delete(workspaceID));
  return menu;
}

// Guests may see neither list.
async function allowed<Item>(list: Promise<Item[]>): Promise<Item[]> {
  try {
    return await list;
  } catch (error) {
    if (error instanceof ApiError && [403, 404].includes(error.status)) return [];
    throw error;
  }
}

/** The parts of a text that begins with a command. */
export function commandOf(text: string): { command: string; rest: string } | null {
  const found = /^(\/[a-z0-9_-]{1,32})(?:\s+([\s\S]*))?$/i.exec(text.trim());
  return found ? { command: (found[1] ?? "").toLowerCase(), rest: (found[2] ?? "").trim() } : null;
}

/** Runs a command of an integration. Null when the text is none: then it is a message like any other. */
export async function runCommand(workspaceID: string, channelID: string, text: string): Promise<CommandAnswer | null> {
  const typed = commandOf(text);
  if (!typed) return null;
  const { slash } = await commandMenu(workspaceID);
  if (!slash.some((known) => known.command === typed.command)) return null;
  const before = cursorOf(workspaceID);
  const answer = await api.commands.run(channelID, typed.command, typed.rest);
  if (answer.message) {
    const asOf = answer.event?.cursor || before;
    dispatchTo(workspaceID, { type: "messages/snapshot", message: answer.message, asOf });
  }
  return answer;
}
