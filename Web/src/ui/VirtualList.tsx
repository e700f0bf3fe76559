// A long list of which only what is visible is drawn. It holds on to an anchor: the row at the top edge, the end, or a row
// that was asked for. Whatever is loaded, measured or resized, the anchor stays where it is.

import {
  forwardRef, useCallback, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useReducer, useRef, type ReactNode,
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

type Anchor = { kind: "end" } | { kind: "row"; key: string; offset: number };

const OVERSCAN_PX = 600;
const EDGE_PX = 800;
const END_PX = 24;

export const VirtualList = forwardRef<VirtualListHandle, {
  rows: readonly VirtualRow[];
  render: (index: number) => ReactNode;
  label: string;
  before?: ReactNode;
  after?: ReactNode;
  onReachStart?: () => void;
  onReachEnd?: () => void;
  /** The last row of which the end was in view, and whether the list is at its end. */
  onView?: (lastIndex: number, atEnd: boolean) => void;
}>(function VirtualList({ rows, render, label, before, after, onReachStart, onReachEnd, onView }, ref) {
  const view = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const nodes = useRef(new Map<string, HTMLElement>());
  const heights = useRef(new Map<string, number>());
  const anchor = useRef<Anchor>({ kind: "end" });
  const scrollTop = useRef(0);
  const [version, redraw] = useReducer((count: number) => count + 1, 0);

  const offsets = useMemo(() => {
    const sums = new Float64Array(rows.length + 1);
    for (let index = 0; index < rows.length; index += 1) {
      const row = rows[index]!;
      sums[index + 1] = sums[index]! + (heights.current.get(row.key) ?? row.estimate);
    }
    return sums;
  }, [rows, version]);

  const viewHeight = view.current?.clientHeight ?? innerHeight;
  const lead = content.current?.offsetTop ?? 0;
  const top = anchorTop(anchor.current, rows, offsets, viewHeight, lead) ?? scrollTop.current;
  const start = Math.max(0, indexAt(offsets, top - lead - OVERSCAN_PX));
  const end = Math.min(rows.length, indexAt(offsets, top - lead + viewHeight + OVERSCAN_PX) + 1);

  // Measure what was drawn, then put the anchor back where it was.
  const measure = useRef<() => void>(() => undefined);
  measure.current = () => {
    let changed = false;
    for (const [key, node] of nodes.current) {
      const height = node.getBoundingClientRect().height;
      if (Math.abs((heights.current.get(key) ?? -1) - height) > 0.5) {
        heights.current.set(key, height);
        changed = true;
      }
    }
    if (changed) redraw();
    else restore();
  };
  useLayoutEffect(() => measure.current());

  const reporter = useRef<() => void>(() => undefined);
  const restore = useCallback(() => {
    const box = view.current;
    if (!box) return;
    const now = anchor.current;
    if (now.kind === "end") box.scrollTop = box.scrollHeight;
    else {
      const node = nodes.current.get(now.key);
      if (node) {
        const offset = node.getBoundingClientRect().top - box.getBoundingClientRect().top;
        if (Math.abs(offset - now.offset) > 0.5) box.scrollTop += offset - now.offset;
      }
    }
    const moved = Math.abs(box.scrollTop - scrollTop.current) > 0.5;
    scrollTop.current = box.scrollTop;
    // No scroll event tells of this one: what is in view now is told here.
    if (moved) reporter.current();
  }, []);

  // Observing tells the size once at the beginning; the effect above finds out whether it is a new one.
  const observer = useMemo(() => new ResizeObserver(() => measure.current()), []);
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
        observer.observe(node);
      } else {
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
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight <= END_PX;
    if (box.scrollTop < EDGE_PX) onReachStart?.();
    if (box.scrollHeight - box.scrollTop - box.clientHeight < EDGE_PX) onReachEnd?.();
    onView?.(indexAt(offsets, box.scrollTop - lead + box.clientHeight + 1) - 1 + Number(atEnd), atEnd);
  };
  reporter.current = report;
  useEffect(report, [rows, version]);

  // What the person chose by scrolling becomes the anchor.
  const onScroll = () => {
    const box = view.current;
    if (!box || Math.abs(box.scrollTop - scrollTop.current) < 1) return;
    scrollTop.current = box.scrollTop;
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight <= END_PX;
    anchor.current = atEnd ? { kind: "end" } : firstVisible(box, nodes.current, rows, start, end) ?? anchor.current;
    redraw();
    report();
  };

  useImperativeHandle(ref, () => ({
    scrollToKey(key) {
      anchor.current = { kind: "row", key, offset: Math.max(40, (view.current?.clientHeight ?? 0) / 3) };
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
    const { key } = rows[index]!;
    drawn.push(<div key={key} ref={hold(key)} className="row">{render(index)}</div>);
  }
  return (
    <div ref={view} className="scroller" onScroll={onScroll} role="log" aria-label={label} aria-live="off" tabIndex={0}>
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

function firstVisible(
  box: HTMLElement, nodes: Map<string, HTMLElement>, rows: readonly VirtualRow[], start: number, end: number,
): Anchor | null {
  const top = box.getBoundingClientRect().top;
  for (let index = start; index < end; index += 1) {
    const { key, floats } = rows[index]!;
    if (floats) continue;
    const at = nodes.get(key)?.getBoundingClientRect();
    if (at && at.bottom > top) return { kind: "row", key, offset: at.top - top };
  }
  return null;
}
