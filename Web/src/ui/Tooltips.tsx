// One tooltip for the whole page: shown beside whatever has data-tip under the pointer or the keyboard's focus. The text
// repeats the accessible name, so it is hidden from assistive technology. An empty data-tip of a time is the whole time.

import { useEffect, useRef, useState } from "react";
import { fullTime } from "../strings/times";

const DELAY_MS = 350;
/** A focus that moves so soon after a key was moved by it. */
const KEY_MS = 300;

export function Tooltips() {
  const [shown, setShown] = useState<{ text: string; x: number; y: number; below: boolean } | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  useEffect(() => {
    const hide = () => {
      clearTimeout(timer.current);
      setShown(null);
    };
    const show = (event: Event) => {
      hide();
      const target = (event.target as Element).closest?.<HTMLElement>("[data-tip]");
      // Not where fingers point, nor when a script moved the focus.
      const isMeant = event instanceof PointerEvent ? event.pointerType !== "touch"
        : target?.matches(":focus-visible") && Date.now() - keyed < KEY_MS;
      if (!target || !isMeant) return;
      timer.current = setTimeout(() => {
        if (!target.isConnected || target.getAttribute("aria-expanded") === "true") return;
        const at = target.getBoundingClientRect();
        const below = at.top < 48;
        setShown({ text: target.dataset["tip"] || (target instanceof HTMLTimeElement ? fullTime(target.dateTime) : ""), x: at.left + at.width / 2, y: below ? at.bottom + 6 : at.top - 6, below });
      }, DELAY_MS);
    };
    let keyed = 0;
    const key = (event: KeyboardEvent) => {
      keyed = Date.now();
      if (event.key === "Escape") hide();
    };
    for (const name of ["pointerover", "focusin"]) addEventListener(name, show);
    for (const name of ["pointerdown", "scroll", "blur"]) addEventListener(name, hide, true);
    addEventListener("keydown", key, true);
    return () => {
      for (const name of ["pointerover", "focusin"]) removeEventListener(name, show);
      for (const name of ["pointerdown", "scroll", "blur"]) removeEventListener(name, hide, true);
      removeEventListener("keydown", key, true);
      clearTimeout(timer.current);
    };
  }, []);
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const box = ref.current;
    if (!box || !shown) return;
    const half = box.offsetWidth / 2;
    const x = Math.min(Math.max(shown.x, half + 6), innerWidth - half - 6);
    box.style.left = `${x}px`;
    box.style.top = `${shown.y}px`;
  }, [shown]);
  if (!shown) return null;
  return <div ref={ref} className={`tooltip ${shown.below ? "tooltip-below" : ""}`} aria-hidden="true">{shown.text}</div>;
}
