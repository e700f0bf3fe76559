import { useId } from "react";
import { shallowSame, useSpace } from "../../store/hooks";
import { strings } from "../../strings";
import { TextField } from "../../ui/Field";

/** The name of a section of the sidebar: one that is there, or a new one. */
export function SectionField({ value, onChange, sections }: {
  value: string; onChange: (section: string) => void; sections: readonly string[];
}) {
  const list = useId();
  return (
    <>
      <TextField label={strings.channel.section} hint={strings.channel.sectionHint} value={value} maxLength={80} list={list}
        onChange={(event) => onChange(event.target.value)} />
      <datalist id={list}>{sections.map((section) => <option key={section} value={section} />)}</datalist>
    </>
  );
}

/** The sections that there are. */
export const useSections = (): string[] => useSpace(
  (space) => [...new Set(Object.values(space.conversations).flatMap((one) => one.channel?.sidebar_section || []))].sort(),
  [], shallowSame);
