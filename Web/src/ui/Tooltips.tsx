// One tooltip for the whole page: shown beside whatever has data-tip under the pointer or the keyboard's focus. The text
// repeats the accessible name, so it is hidden from assistive technology. An empty data-tip of a time is the whole time.

import { useEffect, useRef, useState } from "react";
import { fullTime } from "../strings/times";

const DELAY_MS = 350;

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
      if (!target || (event.type === "focusin" && !target.matches(":focus-visible"))) return;
      timer.current = setTimeout(() => {
        if (!target.isConnected || target.getAttribute("aria-expanded") === "true") return;
        const at = target.getBoundingClientRect();
        const below = at.top < 48;
        setShown({ text: target.dataset["tip"] || (target instanceof HTMLTimeElement ? fullTime(target.dateTime) : ""), x: at.left + at.width / 2, y: below ? at.bottom + 6 : at.top - 6, below });
      }, DELAY_MS);
    };
    const escape = (event: KeyboardEvent) => event.key === "Escape" && hide();
    for (const name of ["pointerover", "focusin"]) addEventListener(name, show);
    for (const name of ["pointerdown", "scroll", "blur"]) addEventListener(name, hide, true);
    addEventListener("keydown", escape);
    return () => {
      for (const name of ["pointerover", "focusin"]) removeEventListener(name, show);
      for (const name of ["pointerdown", "scroll", "blur"]) removeEventListener(name, hide, true);
      removeEventListener("keydown", escape);
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
