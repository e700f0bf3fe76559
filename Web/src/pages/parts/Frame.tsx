// What settings, a workspace's management and administration have in common: sections at the side, one of them shown.

import { useEffect, useRef, type ReactNode, type RefObject } from "react";
import { strings } from "../../strings";
import { texts } from "../../strings/settings";
import { Icon, type IconName } from "../../ui/Icon";
import { ErrorState, Skeleton } from "../../ui/States";
import { classes } from "../../ui/classes";
import type { Loaded } from "./useLoaded";
import { Link } from "./Link";

export interface FrameSection {
  id: string;
  label: string;
  icon: IconName;
  address: string;
}

/** Sections with headings between them: a text stands for a heading. */
export function Frame({ title, sections, selected, back, children }: {
  title: string; sections: readonly (FrameSection | string)[]; selected: string; back: string; children: ReactNode;
}) {
  const content = useRef<HTMLElement>(null);
  const nav = useRef<HTMLElement>(null);
  const shown = useRef(selected);
  const label = sections.find((section): section is FrameSection =>
    typeof section !== "string" && section.id === selected)?.label;
  useEffect(() => {
    document.title = [label, title, strings.product].filter(Boolean).join(" · ");
    // After choosing a section, what was chosen is read first.
    if (shown.current !== selected) content.current?.focus();
    shown.current = selected;
    // On a phone the sections are one row that is wider than the screen.
    nav.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [label, selected, title]);
  return (
    <div className="frame">
      <nav className="frame-nav" ref={nav} aria-label={texts.frame.sections}>
        <Link className="frame-back" to={back}><Icon name="back" />{texts.frame.back}</Link>
        <p className="frame-title">{title}</p>
        <ul>
          {sections.map((section) => typeof section === "string"
            ? <li key={section} className="frame-group">{section}</li>
            : (
              <li key={section.id}>
                <Link to={section.address} className={classes("frame-link", section.id === selected && "selected")}
                  aria-current={section.id === selected ? "page" : undefined}>
                  <Icon name={section.icon} size={16} />{section.label}
                </Link>
              </li>
            ))}
        </ul>
      </nav>
      <main className="frame-main scroller" ref={content} tabIndex={0}>
        <div className="frame-content">{children}</div>
      </main>
    </div>
  );
}

/** The heading of a section. */
export function Heading({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <header className="frame-heading">
      <div>
        <h1>{title}</h1>
        {children && <p>{children}</p>}
      </div>
      {action && <div className="frame-heading-action">{action}</div>}
    </header>
  );
}

/** One matter of a section. */
export function Panel({ title, text, action, danger = false, children }: {
  title: string; text?: ReactNode; action?: ReactNode; danger?: boolean; children?: ReactNode;
}) {
  return (
    <section className={classes("panel", danger && "panel-danger")} aria-label={title}>
      <header>
        <div>
          <h2>{title}</h2>
          {text && <p>{text}</p>}
        </div>
        {action}
      </header>
      {children}
    </section>
  );
}

/** What was loaded, or why not yet. */
export function When<Value>({ loaded, rows = 3, children }: {
  loaded: Loaded<Value>; rows?: number; children: (value: Value) => ReactNode;
}) {
  if (loaded.value !== null) return <>{children(loaded.value)}</>;
  if (loaded.error) return <ErrorState message={loaded.error.message} onRetry={loaded.reload} />;
  return <Skeleton rows={rows} />;
}

/** A list of things with what can be done to each; a quiet line when there are none. */
export function Rows({ children, empty, label }: { children: readonly ReactNode[]; empty: string; label: string }) {
  const list = useRef<HTMLElement>(null);
  const count = useRef(children.length);
  useEffect(() => {
    // Where the focus was may have gone with its row.
    if (children.length < count.current && document.activeElement === document.body) list.current?.focus();
    count.current = children.length;
  }, [children.length]);
  if (!children.length) return <p ref={list as RefObject<HTMLParagraphElement>} className="rows-empty" tabIndex={-1}>{empty}</p>;
  return <ul ref={list as RefObject<HTMLUListElement>} className="list" aria-label={label} tabIndex={-1}>{children}</ul>;
}

export function Row({ picture, title, meta, children, below, id }: {
  picture?: ReactNode; title: ReactNode; meta?: ReactNode; children?: ReactNode; below?: ReactNode; id?: string;
}) {
  return (
    <li className="list-row" data-id={id}>
      {picture}
      <div className="list-main">
        <div className="list-title">{title}</div>
        {meta && <div className="list-meta">{meta}</div>}
      </div>
      {children && <div className="list-actions">{children}</div>}
      {below && <div className="list-below">{below}</div>}
    </li>
  );
}

export function Tag({ tone, children }: { tone?: "warm" | "quiet"; children: ReactNode }) {
  return <span className={classes("tag", tone && `tag-${tone}`)}>{children}</span>;
}

/** Facts separated by dots. */
export function Facts({ of }: { of: readonly (ReactNode | false | null | undefined | "")[] }) {
  const shown = of.filter((fact) => fact !== false && fact !== null && fact !== undefined && fact !== "");
  return <>{shown.map((fact, index) => <span key={index} className="fact">{fact}</span>)}</>;
}

