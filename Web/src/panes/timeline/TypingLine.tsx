import { shallowSame, useSpace } from "../../store/hooks";
import { strings } from "../../strings";

/** Who writes something here. */
export function TypingLine({ placeID }: { placeID: string }) {
  const names = useSpace(
    (space) => space.typing
      .filter((entry) => entry.placeID === placeID)
      .map((entry) => space.users[entry.userID]?.display_name ?? strings.message.unknownAuthor),
    [], shallowSame);
  const working = useSpace(
    (space) => space.progress
      .filter((entry) => entry.placeID === placeID)
      .map((entry) => strings.timeline.progress(
        space.users[entry.userID]?.display_name ?? strings.message.unknownAuthor, entry.text)),
    [], shallowSame);
  return (
    <>
    {working.length > 0 && (
      <ul className="agent-progress" aria-live="polite">
        {working.map((text) => <li key={text}><span className="agent-pulse" aria-hidden="true" />{text}</li>)}
      </ul>
    )}
    <p className="typing" aria-live="polite">
      {names.length > 0 && <span className="typing-dots" aria-hidden="true"><i /><i /><i /></span>}
      {strings.timeline.typing(names)}
    </p>
    </>
  );
}
