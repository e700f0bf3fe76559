import { useState } from "react";

/** Whether a section is folded, remembered on this machine. */
export function useCollapsed(name: string, startsCollapsed: boolean): [boolean, () => void] {
  const key = `clickclack.folded.${name}`;
  const [collapsed, setCollapsed] = useState(() => (localStorage.getItem(key) ?? String(startsCollapsed)) === "true");
  return [collapsed, () => {
    localStorage.setItem(key, String(!collapsed));
    setCollapsed(!collapsed);
  }];
}
