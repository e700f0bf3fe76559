import type { ReactNode } from "react";
import type { SearchHighlight } from "../../api";

/** A piece of a message with what was found marked. Positions count code points. */
export function Snippet({ text, highlights }: { text: string; highlights: readonly SearchHighlight[] }) {
  const points = Array.from(text);
  const parts: ReactNode[] = [];
  let end = 0;
  for (const { start, end: stop } of highlights) {
    parts.push(points.slice(end, start).join(""), <mark key={start}>{points.slice(start, stop).join("")}</mark>);
    end = stop;
  }
  parts.push(points.slice(end).join(""));
  return <span className="snippet">{parts}</span>;
}
