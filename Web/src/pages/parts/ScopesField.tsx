import { SCOPES, SCOPE_BUNDLES } from "../../api/bots";
import { texts } from "../../strings/settings";
import { CheckField, SelectField } from "../../ui/Field";

const words = texts.bots;
const BUNDLES: readonly string[] = SCOPE_BUNDLES;

/** What a token may do: a bundle, or single scopes. `value` is what the server is asked for. */
export function ScopesField({ value, onChange }: { value: readonly string[]; onChange: (scopes: string[]) => void }) {
  const bundle = value.length === 1 && BUNDLES.includes(value[0] ?? "") ? value[0] : "custom";
  return (
    <>
      <SelectField label={words.scopes} value={bundle}
        onChange={(event) => onChange(event.target.value === "custom" ? ["messages:read"] : [event.target.value])}>
        {[...SCOPE_BUNDLES, "custom"].map((name) => <option key={name} value={name}>{words.bundles[name]}</option>)}
      </SelectField>
      {bundle === "custom" && (
        <fieldset className="scopes">
          <legend className="hidden-text">{words.scopes}</legend>
          {SCOPES.map((scope) => (
            <CheckField key={scope} label={scope} checked={value.includes(scope)}
              onChange={(event) => onChange(event.target.checked ? [...value, scope] : value.filter((name) => name !== scope))} />
          ))}
        </fieldset>
      )}
    </>
  );
}
