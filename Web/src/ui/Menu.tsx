import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import { classes } from "./classes";
import { Icon, type IconName } from "./Icon";
import { IconButton } from "./Button";
import { Popover } from "./Popover";

export interface MenuItem {
  id: string;
  label: string;
  icon?: IconName;
  danger?: boolean;
  checked?: boolean;
  onSelect: () => void;
}

/** The items of a menu, moved through with the arrow keys (ARIA authoring practices, menu). */
export function MenuItems({ items, onDone }: { items: readonly (MenuItem | null)[]; onDone: () => void }) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => ref.current?.querySelector<HTMLElement>('[role^="menuitem"]')?.focus(), []);
  const move = (event: React.KeyboardEvent) => {
    const all = [...(ref.current?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === "Tab") return onDone();
    if (to === undefined) return;
    event.preventDefault();
    all[(to + all.length) % all.length]?.focus();
  };
  return (
    <div ref={ref} className="menu" onKeyDown={move}>
      {items.map((item, index) => item === null
        ? <hr key={`rule-${index}`} />
        : (
          <button key={item.id} type="button" tabIndex={-1} className={classes("menu-item", item.danger && "menu-danger")}
            role={item.checked === undefined ? "menuitem" : "menuitemradio"} aria-checked={item.checked}
            onClick={() => {
              onDone();
              item.onSelect();
            }}>
            {item.icon && <Icon name={item.icon} size={16} />}
            <span>{item.label}</span>
            {item.checked && <Icon name="check" size={16} />}
          </button>
        ))}
    </div>
  );
}

/** A button that opens a menu. */
export function MenuButton({ label, icon = "more", items, align, className, children, onOpenChange }: {
  label: string; icon?: IconName; items: () => readonly (MenuItem | null)[]; align?: "start" | "end"; className?: string;
  children?: ReactNode; onOpenChange?: (open: boolean) => void;
}) {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const change = useCallback((next: boolean) => {
    setOpen(next);
    onOpenChange?.(next);
  }, [onOpenChange]);
  const close = useCallback(() => change(false), [change]);
  const common = { "aria-haspopup": "menu" as const, "aria-expanded": open, onClick: () => change(!open) };
  return (
    <>
      {children
        ? <button ref={anchor} type="button" className={className} aria-label={label} {...common}>{children}</button>
        : <IconButton ref={anchor} icon={icon} label={label} {...(className && { className })} {...common} />}
      {open && (
        <Popover anchor={anchor} onClose={close} label={label} role="menu" {...(align && { align })}>
          <MenuItems items={items()} onDone={() => {
            anchor.current?.focus();
            close();
          }} />
        </Popover>
      )}
    </>
  );
}
