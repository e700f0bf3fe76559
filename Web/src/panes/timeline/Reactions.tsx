import type { Message } from "../../api";
import { toggleReaction } from "../../commands/messages";
import { strings } from "../../strings";
import { classes } from "../../ui/classes";
import { EmojiButton } from "../../ui/emoji/EmojiButton";

export function Reactions({ message }: { message: Message }) {
  if (!message.reactions?.length) return null;
  return (
    <div className="reactions">
      {message.reactions.map((reaction) => (
        <button key={reaction.emoji} type="button" className={classes("reaction", reaction.reacted_by_me && "mine")}
          aria-pressed={reaction.reacted_by_me}
          aria-label={strings.message.reactionBy(reaction.emoji, reaction.count, reaction.reacted_by_me)}
          onClick={() => void toggleReaction(message, reaction.emoji)}>
          <span className="reaction-emoji">{reaction.emoji}</span>
          <span className="reaction-count">{reaction.count}</span>
        </button>
      ))}
      <EmojiButton label={strings.message.react} className="reaction-add"
        onPick={(emoji) => void toggleReaction(message, emoji)} />
    </div>
  );
}
