import type { Message, User } from "../../api";
import type { Space } from "../state";

/** Remembers people. What is known in full is kept when a part of it comes again. */
export function withUsers(space: Space, users: readonly User[]): Space {
  const changed = users.filter((user) => !sameUser(space.users[user.id], user));
  if (!changed.length) return space;
  return { ...space, users: { ...space.users, ...Object.fromEntries(changed.map((user) => [user.id, user])) } };
}

export function authorsOf(messages: readonly Message[]): User[] {
  return messages.flatMap((message) => [message.author, message.quoted_author].filter((user): user is User => !!user));
}

function sameUser(known: User | undefined, user: User): boolean {
  return !!known && known.display_name === user.display_name && known.handle === user.handle
    && known.avatar_url === user.avatar_url && known.deleted_at === user.deleted_at && known.kind === user.kind;
}
