import type { Message } from "../../api";
import { api } from "../../api";
import { report } from "../../commands/report";
import { go } from "../../router/go";
import { useSpace } from "../../store/hooks";
import { strings } from "../../strings";

/** What a message quotes, as it was then. */
export function Quote({ message }: { message: Message }) {
  const author = useSpace((space) => space.users[message.quoted_author_id ?? ""] ?? null, null);
  const open = () => {
    if (message.quoted_message_id) api.messages.get(message.quoted_message_id).then((found) => go.message(found), report);
  };
  return (
    <button type="button" className="quote" onClick={open}>
      <span className="quote-author">{author?.display_name ?? message.quoted_author?.display_name ?? strings.message.unknownAuthor}</span>
      <span className="quote-text">{message.quoted_body_snapshot}</span>
    </button>
  );
}
