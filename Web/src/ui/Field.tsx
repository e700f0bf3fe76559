import { forwardRef, useId, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes } from "react";
import { classes } from "./classes";

interface Common {
  label: string;
  hint?: ReactNode;
  error?: string;
}

/** A text field with its label, hint and error. */
export const TextField = forwardRef<HTMLInputElement, Common & InputHTMLAttributes<HTMLInputElement>>(function TextField(
  { label, hint, error, className, ...rest }, ref,
) {
  const id = useId();
  return (
    <div className={classes("field", className)}>
      <label htmlFor={id}>{label}</label>
      <input ref={ref} id={id} aria-invalid={!!error || undefined} aria-describedby={hint || error ? `${id}-hint` : undefined}
        {...rest} />
      <FieldHint id={id} hint={hint} error={error} />
    </div>
  );
});

/** A choice from a list. */
export function SelectField({ label, hint, error, className, children, ...rest }:
  Common & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId();
  return (
    <div className={classes("field", className)}>
      <label htmlFor={id}>{label}</label>
      <select id={id} aria-describedby={hint || error ? `${id}-hint` : undefined} {...rest}>{children}</select>
      <FieldHint id={id} hint={hint} error={error} />
    </div>
  );
}

/** Something that is on or off. */
export function CheckField({ label, hint, ...rest }: Common & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <div className="field field-check">
      <input id={id} type="checkbox" aria-describedby={hint ? `${id}-hint` : undefined} {...rest} />
      <label htmlFor={id}>{label}</label>
      <FieldHint id={id} hint={hint} error={undefined} />
    </div>
  );
}

function FieldHint({ id, hint, error }: { id: string; hint: ReactNode; error: string | undefined }) {
  if (!hint && !error) return null;
  return <p id={`${id}-hint`} className={error ? "field-error" : "field-hint"}>{error || hint}</p>;
}
