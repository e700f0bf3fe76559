import { useMemo, useRef, useState } from "react";
import { strings } from "../../strings";
import { allEmoji, emojiGroups, type Emoji } from "./data";
import { recentEmoji } from "./recents";
import { chooseTone, chosenTone, toned, TONES, untoned } from "./tones";

const COLUMNS = 9;
/** More than these nobody looks through; another word finds better. */
const FOUND_MAX = 200;

/** A grid of emoji with a search. The arrow keys move through it. */
export default function EmojiPicker({ onPick }: { onPick: (emoji: string) => void }) {
  const [query, setQuery] = useState("");
  const grid = useRef<HTMLDivElement>(null);
  const found = useMemo(() => {
    const wanted = query.trim().toLowerCase();
    return wanted ? allEmoji.filter((emoji) => emoji.words.includes(wanted) || emoji.text === wanted) : allEmoji;
  }, [query]);
  const recent = useMemo(recentEmoji, []);
  const names = useMemo(() => new Map(allEmoji.map((emoji) => [emoji.text, emoji.words])), []);
  const [tone, setTone] = useState(chosenTone);

  const move = (event: React.KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }[event.key];
    if (step === undefined) return;
    const all = [...(grid.current?.querySelectorAll<HTMLElement>(".emoji-grid button") ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    if (at < 0 && event.key !== "ArrowDown") return;
    event.preventDefault();
    all[Math.min(Math.max(at < 0 ? 0 : at + step, 0), all.length - 1)]?.focus();
  };
  const button = (text: string, key: string) => (
    <button key={key} type="button" aria-label={names.get(untoned(text)) ?? text} onClick={() => onPick(text)}>{text}</button>
  );
  const toneButton = (emoji: Emoji) => button(toned(emoji.text, tone), emoji.text);
  const jump = (index: number) => grid.current?.querySelector(`[data-group="${index}"]`)?.scrollIntoView({ block: "start" });
  return (
    <div className="emoji-picker" onKeyDown={move}>
      <input type="search" autoFocus value={query} placeholder={strings.emoji.search} aria-label={strings.emoji.search}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && found[0] && query) onPick(toned(found[0].text, tone));
        }} />
      {!query && emojiGroups.length > 1 && (
        <div className="emoji-groups" role="group" aria-label={strings.emoji.group}>
          {emojiGroups.map((group, index) => (
            <button key={index} type="button" aria-label={strings.emoji.groups[index]} data-tip={strings.emoji.groups[index]}
              onClick={() => jump(index)}>{group[0]?.text}</button>
          ))}
        </div>
      )}
      <div ref={grid} className="emoji-scroll">
        {!query && <h3>{strings.emoji.recent}</h3>}
        {!query && <div className="emoji-grid">{recent.map((text) => button(text, `recent-${text}`))}</div>}
        {query
          ? <div className="emoji-grid">{found.slice(0, FOUND_MAX).map(toneButton)}</div>
          : emojiGroups.map((group, index) => (
            <section key={index} data-group={index} aria-label={strings.emoji.groups[index]}>
              <h3>{emojiGroups.length > 1 ? strings.emoji.groups[index] : strings.emoji.picker}</h3>
              <div className="emoji-grid">{group.map(toneButton)}</div>
            </section>
          ))}
        {!found.length && <p className="emoji-none">{strings.emoji.none}</p>}
      </div>
      <div className="emoji-tones" role="radiogroup" aria-label={strings.emoji.tone}>
        {TONES.map((_, index) => (
          <button key={index} type="button" role="radio" aria-checked={tone === index} aria-label={strings.emoji.tones[index]}
            data-tip={strings.emoji.tones[index]} onClick={() => {
              chooseTone(index);
              setTone(index);
            }}>{toned("✋", index)}</button>
        ))}
      </div>
    </div>
  );
}
