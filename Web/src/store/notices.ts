import type { ChannelPreference, ServerEvent } from "../api";
import { isActivity } from "./space/events";
import type { Space } from "./state";

/** Whether an event is worth a notification to someone with this preference. Pure. */
export function isWorthNoticing(
  event: ServerEvent, space: Space, preference: ChannelPreference, shown: boolean,
): boolean {
  if (shown || event.payload?.["author_id"] === space.me || isActivity(String(event.payload?.["kind"] ?? ""))) return false;
  const mentionsMe = event.mentioned_user_ids?.includes(space.me) ?? false;
  const isReply = event.type === "thread.reply_created";
  if (!isReply && event.type !== "message.created") return false;
  if (event.payload?.["direct_conversation_id"]) return true;
  if (preference === "muted") return false;
  return mentionsMe || (preference === "all" && !isReply);
}
