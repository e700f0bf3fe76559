/** Remembers what has the focus. The answer gives it back, or to what is around it if it is gone meanwhile, as toolbars are. */
export function rememberFocus(): () => void {
  const path: HTMLElement[] = [];
  for (let at = document.activeElement; at instanceof HTMLElement; at = at.parentElement) {
    if (!path.length || at.hasAttribute("tabindex")) path.push(at);
  }
  return () => path.find((element) => element.isConnected)?.focus({ preventScroll: true });
}
