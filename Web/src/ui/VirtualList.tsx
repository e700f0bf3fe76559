// A long list of which only what is visible is drawn. It holds on to an anchor: the row at the top edge, the end, or a row
// that was asked for. Whatever is loaded, measured or resized, the anchor stays where it is.

import {
  forwardRef, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useReducer, useRef, type ReactNode,
} from "react";

export interface VirtualRow {
  key: string;
  /** A guess in pixels until it was drawn once. */
  estimate: number;
  /** Whether it may move among the others, such as the separator of a day: then it is no anchor. */
  floats?: boolean;
}

export interface VirtualListHandle {
  /** Brings a row into the middle. */
  scrollToKey(key: string): void;
  scrollToEnd(): void;
  isAtEnd(): boolean;
}

/** One that was `asked` for may be drawn nowhere yet, and is held on to until it is. */
type Anchor = { kind: "end" } | { kind: "row"; key: string; offset: number; asked?: boolean };

const OVERSCAN_PX = 600;
/** More is asked for while there is still this much to scroll through: some hundred milliseconds for who hurries. */
const EDGE_PX = 5_000;
/** Heights of rows that are not in the list any more are kept for when they come back, up to this many. */
const FORMER_HEIGHTS_MAX = 4_000;
const END_PX = 24;

export const VirtualList = forwardRef<VirtualListHandle, {
  rows: readonly VirtualRow[];
  render: (index: number) => ReactNode;
  label: string;
  before?: ReactNode;
  after?: ReactNode;
  onReachStart?: () => void;
  onReachEnd?: () => void;
  /** Whether who is at the end stays there when more comes. Not while the end is only that of what is loaded. */
  holdsEnd?: boolean;
  /** The last row of which the end was in view, and whether the list is at its end. */
  onView?: (lastIndex: number, atEnd: boolean) => void;
}>(function VirtualList({ rows, render, label, before, after, onReachStart, onReachEnd, onView, holdsEnd = true }, ref) {
  const view = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const nodes = useRef(new Map<string, HTMLElement>());
  const keys = useRef(new WeakMap<Element, string>());
  /** What was drawn but not measured. */
  const fresh = useRef(new Set<string>());
  const heights = useRef(new Map<string, number>());
  const anchor = useRef<Anchor>({ kind: "end" });
  const scrollTop = useRef(0);
  const restoredHeight = useRef(0);
  const drawnRange = useRef({ start: 0, end: 0 });
  /** Whether a position was taken over before its scroll event came. */
  const ahead = useRef(false);
  const [version, redraw] = useReducer((count: number) => count + 1, 0);

  const offsets = useMemo(() => {
    if (heights.current.size > rows.length + FORMER_HEIGHTS_MAX) {
      const present = new Set(rows.map((row) => row.key));
      for (const key of heights.current.keys()) if (!present.has(key)) heights.current.delete(key);
    }
    const sums = new Float64Array(rows.length + 1);
    for (let index = 0; index < rows.length; index += 1) {
      const row = rows[index]!;
      sums[index + 1] = sums[index]! + (heights.current.get(row.key) ?? row.estimate);
    }
    return sums;
  }, [rows, version]);

  // Something else may be drawn between a person's scrolling and the event that tells of it: that must not undo it.
  const absorb = () => {
    const box = view.current;
    const moved = box ? box.scrollTop - scrollTop.current : 0;
    if (!box || Math.abs(moved) < 1) return;
    // A browser also moves a view whose content shrank, to its new end.
    if (box.scrollHeight < restoredHeight.current && isAtEnd(box)) return;
    if (anchor.current.kind === "row") {
      anchor.current = { ...anchor.current, offset: anchor.current.offset - moved };
    } else if (!isAtEnd(box)) {
      anchor.current = firstVisible(box, nodes.current) ?? anchor.current;
    }
    scrollTop.current = box.scrollTop;
    ahead.current = true;
  };
  absorb();

  const viewHeight = view.current?.clientHeight ?? innerHeight;
  const lead = content.current?.offsetTop ?? 0;
  const top = anchorTop(anchor.current, rows, offsets, viewHeight, lead) ?? scrollTop.current;
  const start = Math.max(0, indexAt(offsets, top - lead - OVERSCAN_PX));
  const end = Math.min(rows.length, indexAt(offsets, top - lead + viewHeight + OVERSCAN_PX) + 1);

  const noteHeight = (key: string, height: number): boolean => {
    if (Math.abs((heights.current.get(key) ?? -1) - height) <= 0.5) return false;
    heights.current.set(key, height);
    return true;
  };
  // Measure what is new, then put the anchor back where it was. What changes later is told by the observer.
  useLayoutEffect(() => {
    drawnRange.current = { start, end };
    // Where the new sizes left it: nobody can have scrolled since it was drawn.
    scrollTop.current = view.current?.scrollTop ?? 0;
    let changed = false;
    for (const key of fresh.current) {
      const node = nodes.current.get(key);
      if (node) changed = noteHeight(key, node.getBoundingClientRect().height) || changed;
    }
    fresh.current.clear();
    if (changed) redraw();
    else restore();
  });

  const reporter = useRef<() => void>(() => undefined);
  const restore = () => {
    const box = view.current;
    if (!box) return;
    const now = anchor.current;
    if (now.kind === "end") box.scrollTop = box.scrollHeight;
    else {
      const node = nodes.current.get(now.key);
      const offset = node ? node.getBoundingClientRect().top - box.getBoundingClientRect().top : null;
      const place = node ? null : anchorTop(now, rows, offsets, box.clientHeight, content.current?.offsetTop ?? 0);
      if (offset === null) {
        if (place !== null) box.scrollTop = place;
      } else if (Math.abs(offset - now.offset) > 0.5) {
        const from = box.scrollTop;
        box.scrollTop += offset - now.offset;
        // Near an end the view can't go as far as was asked: from now on the row is kept where it came to be.
        if (now.asked && box.clientHeight > 0) {
          anchor.current = { kind: "row", key: now.key, offset: offset - (box.scrollTop - from) };
        }
      }
      // After a leap the anchor may be far away, where nothing is measured: what is in view is the better one.
      if (node ? now.offset > box.clientHeight || now.offset < -node.offsetHeight : !now.asked || place === null) {
        anchor.current = firstVisible(box, nodes.current) ?? now;
      }
    }
    const moved = Math.abs(box.scrollTop - scrollTop.current) > 0.5;
    scrollTop.current = box.scrollTop;
    restoredHeight.current = box.scrollHeight;
    // No scroll event tells of this one: what is in view now is told here.
    if (moved) reporter.current();
  };

  // The observer tells of each row once at the beginning, with the height that is known by then.
  const resized = useRef<(entries: readonly ResizeObserverEntry[]) => void>(() => undefined);
  resized.current = (entries) => {
    let moved = false;
    let changed = false;
    for (const { target, borderBoxSize } of entries) {
      const key = keys.current.get(target);
      if (key === undefined) moved = true;
      else changed = noteHeight(key, borderBoxSize[0]?.blockSize ?? 0) || changed;
    }
    if (!moved && !changed) return;
    absorb();
    // At once, before this is painted; what is drawn anew follows.
    restore();
    if (changed) redraw();
  };
  const observer = useMemo(() => new ResizeObserver((entries) => resized.current(entries)), []);
  useEffect(() => {
    if (view.current) observer.observe(view.current);
    return () => observer.disconnect();
  }, [observer]);

  // One callback per key, so that React does not let go of a row and take it up again at each drawing.
  const holders = useRef(new Map<string, (node: HTMLElement | null) => void>());
  const hold = (key: string) => {
    const known = holders.current.get(key);
    if (known) return known;
    const holder = (node: HTMLElement | null) => {
      const before = nodes.current.get(key);
      if (before) observer.unobserve(before);
      if (node) {
        nodes.current.set(key, node);
        keys.current.set(node, key);
        fresh.current.add(key);
        observer.observe(node);
      } else {
        // The focus of a row that is drawn no more stays in the list.
        if (before?.contains(document.activeElement)) view.current?.focus({ preventScroll: true });
        nodes.current.delete(key);
        holders.current.delete(key);
      }
    };
    holders.current.set(key, holder);
    return holder;
  };

  const report = () => {
    const box = view.current;
    if (!box) return;
    const atEnd = isAtEnd(box);
    if (box.scrollTop < EDGE_PX) onReachStart?.();
    if (box.scrollHeight - box.scrollTop - box.clientHeight < EDGE_PX) onReachEnd?.();
    onView?.(indexAt(offsets, box.scrollTop - lead + box.clientHeight + 1) - 1 + Number(atEnd), atEnd);
  };
  reporter.current = report;
  useEffect(report, [rows, version]);

  // What the person chose by scrolling becomes the anchor.
  const onScroll = () => {
    const box = view.current;
    if (!box || (Math.abs(box.scrollTop - scrollTop.current) < 1 && !ahead.current)) return;
    ahead.current = false;
    scrollTop.current = box.scrollTop;
    anchor.current = holdsEnd && isAtEnd(box) ? { kind: "end" } : firstVisible(box, nodes.current) ?? anchor.current;
    const { start, end } = drawnRange.current;
    const above = (offsets[start] ?? 0) + lead;
    const below = (offsets[end] ?? 0) + lead;
    // What is drawn reaches further than the view, so not every step draws anew.
    const margin = OVERSCAN_PX / 2;
    if ((start > 0 && box.scrollTop - margin < above)
      || (end < rows.length && box.scrollTop + box.clientHeight + margin > below)) redraw();
    report();
  };

  // The arrow keys go from row to row; Tab then goes into the row.
  const onKeyDown = (event: React.KeyboardEvent) => {
    const box = view.current;
    if (!box || (event.key !== "ArrowUp" && event.key !== "ArrowDown") || event.altKey || event.ctrlKey || event.metaKey) return;
    const target = event.target as HTMLElement;
    const items = [...nodes.current.values()].filter((node) => isItem(node.firstElementChild))
      .sort((left, right) => (left.compareDocumentPosition(right) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
    const at = items.findIndex((node) => node.firstElementChild === target);
    if (at < 0 && target !== box) return;
    const { top, bottom } = box.getBoundingClientRect();
    const inView = items.filter((node) => {
      const place = node.getBoundingClientRect();
      return place.bottom > top && place.top < bottom;
    });
    const to = at >= 0 ? items[at + (event.key === "ArrowUp" ? -1 : 1)]
      : event.key === "ArrowUp" ? inView.at(-1) : inView[0];
    if (!to) return;
    event.preventDefault();
    (to.firstElementChild as HTMLElement).focus({ preventScroll: true });
    to.scrollIntoView({ block: "nearest" });
  };

  useImperativeHandle(ref, () => ({
    scrollToKey(key) {
      anchor.current = { kind: "row", key, offset: Math.max(40, (view.current?.clientHeight ?? 0) / 3), asked: true };
      redraw();
    },
    scrollToEnd() {
      anchor.current = { kind: "end" };
      redraw();
    },
    isAtEnd: () => anchor.current.kind === "end",
  }), []);

  const drawn: ReactNode[] = [];
  for (let index = start; index < end; index += 1) {
    const { key, floats } = rows[index]!;
    drawn.push(<div key={key} ref={hold(key)} className="row" data-floats={floats || undefined}>{render(index)}</div>);
  }
  return (
    <div ref={view} className="scroller" onScroll={onScroll} onKeyDown={onKeyDown} role="log" aria-label={label} aria-live="off" tabIndex={0}>
      {before}
      <div ref={content} className="rows">
        <div style={{ height: offsets[start] ?? 0 }} />
        {drawn}
        <div style={{ height: (offsets[rows.length] ?? 0) - (offsets[end] ?? 0) }} />
      </div>
      {after}
    </div>
  );
});

/** The last index whose offset is not beyond a position. */
function indexAt(offsets: Float64Array, position: number): number {
  let low = 0;
  let high = offsets.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (offsets[middle]! <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}

function anchorTop(
  anchor: Anchor, rows: readonly VirtualRow[], offsets: Float64Array, viewHeight: number, lead: number,
): number | null {
  if (anchor.kind === "end") return Math.max(0, lead + offsets[rows.length]! - viewHeight);
  const index = rows.findIndex((row) => row.key === anchor.key);
  return index < 0 ? null : Math.max(0, lead + offsets[index]! - anchor.offset);
}

// The topmost row in view; after a leap, when none is, the one that is nearest.
function firstVisible(box: HTMLElement, nodes: Map<string, HTMLElement>): Anchor | null {
  const { top } = box.getBoundingClientRect();
  let best: { key: string; at: number } | null = null;
  for (const [key, node] of nodes) {
    if (node.dataset["floats"]) continue;
    const place = node.getBoundingClientRect();
    if (place.bottom > top && (!best || place.top < best.at)) best = { key, at: place.top };
  }
  return best && { kind: "row", key: best.key, offset: best.at - top };
}

const isAtEnd = (box: HTMLElement): boolean => box.scrollHeight - box.scrollTop - box.clientHeight <= END_PX;
const isItem = (element: Element | null): boolean => element instanceof HTMLElement && element.tabIndex === -1
  && element.hasAttribute("tabindex");
