import type { AnchorHTMLAttributes } from "react";
import { navigate } from "../../router/navigation";

/** A link to another place of this client: it does not load the page again, and opens in a tab like any other. */
export function Link({ to, onClick, ...rest }: { to: string } & AnchorHTMLAttributes<HTMLAnchorElement>) {
  return (
    <a href={to} {...rest} onClick={(event) => {
      onClick?.(event);
      if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      navigate(to);
    }} />
  );
}
