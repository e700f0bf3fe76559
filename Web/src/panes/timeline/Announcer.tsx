import { useEffect, useRef, useState } from "react";
import { shallowSame, useSpace } from "../../store/hooks";
import { strings } from "../../strings";

const TEXT_MAX = 200;

/** Says what others write in the shown conversation to those who can't see it. */
export function Announcer({ conversationID }: { conversationID: string }) {
  const last = useSpace((space) => {
    const window = space.windows[conversationID];
    const message = window?.live ? space.messages[window.ids.at(-1) ?? ""]?.message : undefined;
    if (!message) return null;
    const author = message.author_id === space.me ? "" : space.users[message.author_id]?.display_name ?? strings.message.unknownAuthor;
    return { seq: message.channel_seq ?? 0, author, body: message.body.slice(0, TEXT_MAX) };
  }, null, (left, right) => left === right || (!!left && !!right && shallowSame(left, right)));
  const heard = useRef<number | null>(null);
  const [text, setText] = useState("");
  useEffect(() => {
    if (!last) return;
    // What was there at the beginning is read, not announced.
    if (heard.current !== null && last.seq > heard.current && last.author) setText(`${last.author}: ${last.body}`);
    heard.current = Math.max(heard.current ?? 0, last.seq);
  }, [last]);
  return <p className="announcer hidden-text" aria-live="polite">{text}</p>;
}
