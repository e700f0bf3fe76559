// Suggestions beside a text box: the box keeps the focus and names the active one (ARIA, aria-activedescendant).

import { useCallback, useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from "react";
import { strings } from "../../../strings";
import { report } from "../../../commands/report";
import { Avatar } from "../../../ui/Avatar";
import { classes } from "../../../ui/classes";
import { Popover } from "../../../ui/Popover";
import type { Edit } from "../editing";
import type { Source, Suggestion } from "./sources";
import { rank, triggerAt, type Trigger } from "./trigger";

type Sources = typeof import("./sources");
let sources: Sources | null = null;

async function loadSources(): Promise<Sources> {
  return (sources ??= await import("./sources"));
}

/** Typing faster than this asks once. */
const SETTLE_MS = 120;

interface Shown {
  trigger: Trigger;
  items: readonly Suggestion[];
  more: string | null;
  active: number;
}

export interface Completion {
  /** Looks again at what stands before the caret. */
  look(): void;
  /** Whether the key was for the list. */
  onKeyDown(event: KeyboardEvent): boolean;
  close(): void;
  /** For the text box. */
  attributes: Record<string, string | undefined>;
  list: ReactNode;
}

export function useCompletion(
  box: RefObject<HTMLTextAreaElement>, anchor: RefObject<HTMLElement>, source: Source | null, apply: (edit: Edit) => void,
): Completion {
  const [shown, setShown] = useState<Shown | null>(null);
  /** Where Escape was pressed: that name is left alone. */
  const dismissed = useRef<string | null>(null);
  const turn = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const id = useId();

  const close = useCallback(() => {
    turn.current += 1;
    clearTimeout(timer.current);
    setShown(null);
  }, []);
  useEffect(() => () => clearTimeout(timer.current), []);

  const ask = useCallback((trigger: Trigger, cursor: string | null, known: readonly Suggestion[]) => {
    if (!source) return;
    const mine = ++turn.current;
    loadSources().then((sources) => sources.remoteSuggestions(trigger, source, cursor, known)).then(({ items, more }) => {
      if (mine !== turn.current) return;
      setShown((before) => {
        const active = before?.trigger.from === trigger.from ? Math.min(before.active, Math.max(0, items.length - 1)) : 0;
        return items.length ? { trigger, items, more, active } : null;
      });
    }, report);
  }, [source]);

  const look = useCallback(() => {
    const area = box.current;
    if (!area || !source) return;
    const { value, selectionStart, selectionEnd } = area;
    const trigger = selectionStart === selectionEnd ? triggerAt(value, selectionStart, true) : null;
    if (!trigger) {
      dismissed.current = null;
      return close();
    }
    const name = `${trigger.kind} ${trigger.from}`;
    if (dismissed.current === name) return;
    dismissed.current = null;
    clearTimeout(timer.current);
    turn.current += 1;
    const local = sources?.localSuggestions(trigger, source) ?? [];
    // Until the sources are loaded, which the first name is the reason for, nothing is known at once.
    const asks = trigger.kind !== "channel" || !sources;
    setShown((before) => {
      // What still fits stays until the answer is there, so that the list does not blink.
      const items = asks && !local.length && before?.trigger.kind === trigger.kind
        ? stillFitting(before.items, trigger) : local;
      return items.length ? { trigger, items, more: null, active: 0 } : null;
    });
    if (asks) timer.current = setTimeout(() => ask(trigger, null, local), SETTLE_MS);
  }, [ask, box, close, source]);

  const choose = (suggestion: Suggestion) => {
    if (!shown) return;
    const { from, to } = shown.trigger;
    const at = from + suggestion.insert.length;
    // A blank that is there already is not doubled.
    const next = box.current?.value[to] === " " && suggestion.insert.endsWith(" ") ? to + 1 : to;
    close();
    apply({ from, to: next, insert: suggestion.insert, start: at, end: at });
  };

  const move = (step: number) => {
    if (!shown) return;
    const { items, active, more, trigger } = shown;
    const next = (active + step + items.length) % items.length;
    setShown({ ...shown, active: next });
    if (more && next >= items.length - 2 && step > 0) ask(trigger, more, items);
  };

  const onKeyDown = (event: KeyboardEvent): boolean => {
    if (!shown) return false;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        move(event.key === "ArrowDown" ? 1 : -1);
        break;
      case "Enter":
      case "Tab": {
        if (event.shiftKey) return false;
        const active = shown.items[shown.active];
        // A command that is written in full is sent, not completed again.
        const isWhole = active && event.key === "Enter" && shown.trigger.kind === "command"
          && active.insert.trim() === `/${shown.trigger.query}`;
        if (!active || isWhole) {
          close();
          return false;
        }
        choose(active);
        break;
      }
      case "Escape":
        dismissed.current = `${shown.trigger.kind} ${shown.trigger.from}`;
        close();
        break;
      default:
        return false;
    }
    event.preventDefault();
    event.stopPropagation();
    return true;
  };

  const optionID = (index: number) => `${id}-option-${index}`;
  return {
    look, onKeyDown, close,
    attributes: {
      "aria-autocomplete": "list",
      "aria-haspopup": "listbox",
      "aria-controls": shown ? `${id}-list` : undefined,
      "aria-activedescendant": shown ? optionID(shown.active) : undefined,
    },
    list: (
      <>
        {shown && (
          <Popover anchor={anchor} onClose={close} label={headings[shown.trigger.kind]} role="listbox" align="start" above
            id={`${id}-list`}>
            <div className="suggestions" role="presentation" onScroll={({ currentTarget: list }) => {
              const isNearEnd = list.scrollTop + list.clientHeight > list.scrollHeight - 60;
              if (isNearEnd && shown.more) ask(shown.trigger, shown.more, shown.items);
            }}>
              <p className="suggestions-head" aria-hidden="true">{headings[shown.trigger.kind]}</p>
              {shown.items.map((item, index) => (
                <Option key={item.key} id={optionID(index)} item={item} active={index === shown.active}
                  onChoose={() => choose(item)} onPoint={() => setShown({ ...shown, active: index })} />
              ))}
            </div>
          </Popover>
        )}
        <span className="hidden-text" role="status">{shown ? strings.composer.found(shown.items.length) : ""}</span>
      </>
    ),
  };
}

const stillFitting = (items: readonly Suggestion[], { query }: Trigger): readonly Suggestion[] =>
  items.filter((item) => rank(query, item.title, item.detail) !== null);

const headings = {
  member: strings.composer.members, channel: strings.composer.channels, emoji: strings.composer.emojis,
  command: strings.composer.commands,
};

function Option({ id, item, active, onChoose, onPoint }: {
  id: string; item: Suggestion; active: boolean; onChoose: () => void; onPoint: () => void;
}) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active) ref.current?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    <div ref={ref} id={id} role="option" aria-selected={active} className={classes("suggestion", active && "active")}
      // The box keeps the focus.
      onMouseDown={(event) => event.preventDefault()} onClick={onChoose} onMouseMove={() => active || onPoint()}>
      {item.user ? <Avatar user={item.user} size="small" />
        : <span className="suggestion-symbol" aria-hidden="true">{item.symbol}</span>}
      <span className="suggestion-title">{item.title}</span>
      {item.detail && <span className="suggestion-detail">{item.detail}</span>}
    </div>
  );
}
