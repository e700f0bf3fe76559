import { useEffect, useLayoutEffect, useRef, type ReactNode, type RefObject } from "react";
import { createPortal } from "react-dom";

const MARGIN = 8;

/** Something that floats beside its anchor until the focus or a press goes elsewhere. */
export function Popover({ anchor, onClose, children, label, role = "dialog", align = "end", above = false, id }: {
  anchor: RefObject<HTMLElement>; onClose: () => void; children: ReactNode; label: string; role?: "dialog" | "menu" | "listbox";
  align?: "start" | "end"; above?: boolean; id?: string;
}) {
  const ref = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    const place = () => {
      const box = ref.current;
      const at = anchor.current?.getBoundingClientRect();
      if (!box || !at) return;
      const { offsetWidth: width, offsetHeight: height } = box;
      const fitsBelow = at.bottom + 4 + height <= innerHeight - MARGIN;
      const below = above ? at.top - height - 4 < MARGIN && fitsBelow : fitsBelow;
      const top = below ? at.bottom + 4 : Math.max(MARGIN, at.top - height - 4);
      const wanted = align === "end" ? at.right - width : at.left;
      box.style.top = `${top}px`;
      box.style.left = `${Math.min(Math.max(MARGIN, wanted), Math.max(MARGIN, innerWidth - width - MARGIN))}px`;
    };
    place();
    const observer = new ResizeObserver(place);
    if (ref.current) observer.observe(ref.current);
    addEventListener("resize", place);
    return () => {
      observer.disconnect();
      removeEventListener("resize", place);
    };
  }, [anchor, align, above]);

  useEffect(() => {
    const before = anchor.current;
    const outside = (event: Event) => {
      const target = event.target as Node;
      if (!ref.current?.contains(target) && !before?.contains(target)) onClose();
    };
    addEventListener("pointerdown", outside, true);
    addEventListener("focusin", outside);
    return () => {
      removeEventListener("pointerdown", outside, true);
      removeEventListener("focusin", outside);
      if (ref.current?.contains(document.activeElement)) before?.focus();
    };
  }, [anchor, onClose]);

  return createPortal(
    <div ref={ref} id={id} className="popover" role={role} aria-label={label}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        anchor.current?.focus();
        onClose();
      }}>
      {children}
    </div>,
    document.querySelector("dialog[open]") ?? document.body);
}
