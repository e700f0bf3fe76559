import { useMemo, useState } from "react";

const POINTED_AT = 1;
const FOCUSED = 2;
const OPEN = 4;

/** Whether an element is pointed at, has the focus in it, or has something of its own open. */
export function useAttention() {
  const [causes, setCauses] = useState(0);
  const stable = useMemo(() => {
    const change = (cause: number, on: boolean) => setCauses((known) => (on ? known | cause : known & ~cause));
    return {
      setOpen: (open: boolean) => change(OPEN, open),
      handlers: {
        onPointerEnter: () => change(POINTED_AT, true),
        onPointerLeave: () => change(POINTED_AT, false),
        onFocus: () => change(FOCUSED, true),
        onBlur: (event: React.FocusEvent) => {
          // The document keeps its focused element when the whole window loses the focus.
          const stays = [event.relatedTarget, document.activeElement].some((element) => event.currentTarget.contains(element));
          if (!stays) change(FOCUSED, false);
        },
      },
    };
  }, []);
  return { has: causes !== 0, ...stable };
}
