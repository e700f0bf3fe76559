import { useId, useRef, type ReactNode } from "react";

export interface Tab<ID extends string> {
  id: ID;
  label: string;
}

/** Tabs and the panel of the selected one (ARIA authoring practices, tabs). */
export function Tabs<ID extends string>({ tabs, selected, onSelect, label, children }: {
  tabs: readonly Tab<ID>[]; selected: ID; onSelect: (id: ID) => void; label: string; children: ReactNode;
}) {
  const base = useId();
  const list = useRef<HTMLDivElement>(null);
  const step = (event: React.KeyboardEvent) => {
    const at = tabs.findIndex((tab) => tab.id === selected);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const index = (to + tabs.length) % tabs.length;
    const next = tabs[index];
    if (!next) return;
    onSelect(next.id);
    list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[index]?.focus();
  };
  return (
    <div className="tabs">
      <div ref={list} className="tab-list" role="tablist" aria-label={label} onKeyDown={step}>
        {tabs.map((tab) => (
          <button key={tab.id} type="button" role="tab" id={`${base}-${tab.id}`} aria-controls={`${base}-panel`}
            aria-selected={tab.id === selected} tabIndex={tab.id === selected ? 0 : -1} onClick={() => onSelect(tab.id)}>
            {tab.label}
          </button>
        ))}
      </div>
      <div className="tab-panel" role="tabpanel" id={`${base}-panel`} aria-labelledby={`${base}-${selected}`} tabIndex={0}>
        {children}
      </div>
    </div>
  );
}
