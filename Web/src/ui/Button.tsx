import { forwardRef, type ButtonHTMLAttributes } from "react";
import { classes } from "./classes";
import { Icon, type IconName } from "./Icon";

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  tone?: "primary" | "quiet" | "danger" | "plain";
  busy?: boolean;
}

export const Button = forwardRef<HTMLButtonElement, ButtonProps>(function Button(
  { tone = "plain", busy = false, className, type = "button", disabled, children, ...rest }, ref,
) {
  return (
    <button ref={ref} type={type} className={classes("button", `button-${tone}`, className)} aria-busy={busy || undefined}
      disabled={disabled || busy} {...rest}>
      {children}
    </button>
  );
});

export interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  icon: IconName;
  /** What it does; also its tooltip. */
  label: string;
  size?: number;
}

export const IconButton = forwardRef<HTMLButtonElement, IconButtonProps>(function IconButton(
  { icon, label, size = 18, className, type = "button", ...rest }, ref,
) {
  return (
    <button ref={ref} type={type} className={classes("icon-button", className)} aria-label={label} data-tip={label} {...rest}>
      <Icon name={icon} size={size} />
    </button>
  );
});
