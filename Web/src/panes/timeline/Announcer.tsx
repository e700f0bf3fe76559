import { useEffect, useRef, useState } from "react";
import type { Message } from "../../api";
import { isActivity } from "../../store/space/events";
import { strings } from "../../strings";

const TEXT_MAX = 240;
/** More at once are only counted. */
const READ_MAX = 3;

/** Reads what others write to those who listen instead of look, when the screen reader has nothing else to say. */
export function Announcer({ messages, me, live }: { messages: readonly Message[]; me: string; live: boolean }) {
  const [text, setText] = useState("");
  const heard = useRef<number | null>(null);
  useEffect(() => {
    const newest = messages.at(-1)?.channel_seq ?? 0;
    const from = heard.current;
    if (from === null || !live || newest <= from) {
      heard.current = Math.max(from ?? 0, newest);
      return;
    }
    heard.current = newest;
    const arrived = messages.filter((message) =>
      (message.channel_seq ?? 0) > from && message.author_id !== me && !message.deleted_at && !isActivity(message.kind));
    if (!arrived.length) return;
    setText(arrived.length > READ_MAX
      ? strings.timeline.announcedMany(arrived.length)
      : arrived.map((message) => strings.timeline.announced(
        message.author?.display_name ?? strings.message.unknownAuthor, message.body.slice(0, TEXT_MAX))).join("\n"));
  }, [messages, me, live]);
  return <div className="hidden-text announcer" role="status" aria-live="polite">{text}</div>;
}
