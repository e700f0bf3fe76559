import { useState } from "react";
import { kept } from "../../kept";

/** Whether a section is folded, remembered on this machine. */
export function useCollapsed(name: string, startsCollapsed: boolean): [boolean, () => void] {
  const key = `clickclack.folded.${name}`;
  const [collapsed, setCollapsed] = useState(() => (kept.getItem(key) ?? String(startsCollapsed)) === "true");
  return [collapsed, () => {
    kept.setItem(key, String(!collapsed));
    setCollapsed(!collapsed);
  }];
}
