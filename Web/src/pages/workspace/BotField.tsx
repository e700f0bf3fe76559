import type { User } from "../../api";
import { texts } from "../../strings/settings";
import { SelectField } from "../../ui/Field";

/** Which bot an integration acts as. */
export function BotField({ bots, value, onChange }: { bots: readonly User[]; value: string; onChange: (id: string) => void }) {
  return (
    <SelectField label={texts.integrations.bot} required value={value} onChange={(event) => onChange(event.target.value)}>
      {bots.map((bot) => <option key={bot.id} value={bot.id}>{bot.display_name}</option>)}
    </SelectField>
  );
}
