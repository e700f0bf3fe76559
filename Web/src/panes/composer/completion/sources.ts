// Where suggestions come from.

import { ApiError, api, type Channel, type User, type Workspace } from "../../../api";
import { commandMenu } from "../../../commands/slash";
import { dispatchTo, spaceOf } from "../../../commands/space";
import { targetAddress } from "../../../router/location";
import { store } from "../../../store/store";
import { rank, type Trigger } from "./trigger";

export interface Suggestion {
  key: string;
  /** What stands in the text when it is chosen. */
  insert: string;
  title: string;
  detail: string;
  user?: Pick<User, "id" | "display_name" | "avatar_url" | "kind">;
  symbol?: string;
}

export interface Suggestions {
  items: readonly Suggestion[];
  /** Loads more of them, when there are. */
  more: string | null;
}

export interface Source {
  workspaceID: string;
  /** Whether commands of integrations can be run here. */
  slash: boolean;
}

const SHOWN_MAX = 30;
const PAGE = 20;

/** What is known at once. */
export function localSuggestions(trigger: Trigger, source: Source): readonly Suggestion[] {
  const space = spaceOf(source.workspaceID);
  if (!space) return [];
  if (trigger.kind === "member") return best(Object.values(space.users).filter(canBeMentioned), trigger, userNames).map(ofUser);
  if (trigger.kind === "channel") {
    const workspace = store.getState().workspaces.find((known) => known.id === source.workspaceID);
    const channels = Object.values(space.conversations)
      .flatMap((one) => (one.channel && !one.channel.archived_at ? [one.channel] : []));
    return best(channels, trigger, (channel) => [channel.name, channel.display_title ?? ""]).map((channel) => ({
      key: channel.id, insert: workspace ? `${channelLink(workspace, channel)} ` : `#${channel.name} `, title: channel.name,
      detail: channel.display_title && channel.display_title !== channel.name ? channel.display_title : "", symbol: "#",
    }));
  }
  return [];
}

/** What the server, or a part of the client that is loaded at need, knows. */
export async function remoteSuggestions(
  trigger: Trigger, source: Source, cursor: string | null, known: readonly Suggestion[],
): Promise<Suggestions> {
  switch (trigger.kind) {
    case "member":
      // The page of the directory follows what is known at once.
      return members(trigger, source, cursor, cursor ? known : localSuggestions(trigger, source));
    case "channel":
      return { items: localSuggestions(trigger, source), more: null };
    case "emoji":
      return { items: await emoji(trigger), more: null };
    case "command":
      return { items: await commands(trigger, source), more: null };
  }
}

async function members(
  trigger: Trigger, source: Source, cursor: string | null, known: readonly Suggestion[],
): Promise<Suggestions> {
  try {
    const page = await api.workspaces.members(source.workspaceID, {
      limit: PAGE, ...(trigger.query && { q: trigger.query }), ...(cursor && { cursor }),
    });
    const users = page.members.map((member) => member.user);
    dispatchTo(source.workspaceID, { type: "users/loaded", users });
    const added = users.filter(canBeMentioned).map(ofUser);
    const keys = new Set(known.map((one) => one.key));
    return { items: [...known, ...added.filter((one) => !keys.has(one.key))], more: page.next_cursor || null };
  } catch (error) {
    // Guests may not search the directory: they complete the names that they have seen.
    if (error instanceof ApiError) return { items: known, more: null };
    throw error;
  }
}

async function emoji(trigger: Trigger): Promise<readonly Suggestion[]> {
  const { allEmoji } = await import("../../../ui/emoji/data");
  const query = { ...trigger, query: trigger.query.replace(/_/g, " ") };
  return best(allEmoji, query, (one) => [one.words]).map((one) => ({
    key: one.text, insert: one.text, title: one.words, detail: "", symbol: one.text,
  }));
}

async function commands(trigger: Trigger, source: Source): Promise<readonly Suggestion[]> {
  const menu = await commandMenu(source.workspaceID);
  const users = spaceOf(source.workspaceID)?.users ?? {};
  const slash = (source.slash ? menu.slash : []).map((one) => ({
    key: one.id, insert: `${one.command} `, title: one.command,
    detail: one.description || users[one.bot_user_id]?.display_name || "", user: users[one.bot_user_id],
  }));
  const taken = [...slash.map((one) => one.title), ...menu.bots.map((one) => one.command)];
  const bots = menu.bots.map((one) => {
    // Two that are called the same are told apart by whom they are for.
    const isAmbiguous = taken.filter((name) => name === one.command).length > 1 && one.bot.handle;
    return {
      key: one.id, insert: isAmbiguous ? `@${one.bot.handle} ${one.command} ` : `${one.command} `,
      title: one.args_hint ? `${one.command} ${one.args_hint}` : one.command,
      detail: `${one.description} · ${one.bot.display_name}`, user: { ...one.bot, kind: "bot" as const },
    };
  });
  const all: readonly Suggestion[] = [...slash, ...bots].map(({ user, ...one }) => (user ? { ...one, user } : one));
  return best(all, trigger, (one) => [one.title.slice(1)]);
}

/** A channel's name as a link, which leads there from the message. The name of a private one is no word. */
const channelLink = (workspace: Workspace, channel: Channel): string => {
  const name = channel.private ? channel.display_title || channel.name : channel.name;
  return `[#${name.replace(/[[\]\\]/g, "")}](${targetAddress(workspace.route_id, channel.route_id)})`;
};

const canBeMentioned = (user: User): boolean => !!user.handle && !user.deleted_at;
const userNames = (user: User): string[] => [user.handle, user.display_name];
const ofUser = (user: User): Suggestion => ({
  key: user.id, insert: `@${user.handle} `, title: user.display_name, detail: `@${user.handle}`, user,
});

function best<Item>(items: readonly Item[], trigger: Trigger, names: (item: Item) => string[]): Item[] {
  return items
    .flatMap((item) => {
      const score = rank(trigger.query, ...names(item));
      return score === null ? [] : [{ item, score, name: names(item)[0] ?? "" }];
    })
    .sort((left, right) => left.score - right.score || left.name.localeCompare(right.name))
    .slice(0, SHOWN_MAX)
    .map(({ item }) => item);
}
