import { useSpace } from "../../store/hooks";
import { strings } from "../../strings";
import { IconButton } from "../../ui/Button";

export function QuotePreview({ messageID, onClose }: { messageID: string; onClose: () => void }) {
  const message = useSpace((space) => space.messages[messageID]?.message ?? null, null);
  if (!message) return null;
  return (
    <div className="composer-quote">
      <span className="quote-author">{strings.composer.quoting(message.author?.display_name ?? strings.message.unknownAuthor)}</span>
      <span className="quote-text">{message.body}</span>
      <IconButton icon="close" size={14} label={strings.composer.quotingWhom} onClick={onClose} />
    </div>
  );
}
