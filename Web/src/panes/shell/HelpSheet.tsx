import { useState } from "react";
import { strings } from "../../strings";
import { Dialog } from "../../ui/Dialog";
import { CheckField } from "../../ui/Field";
import { keysOf, plainKeys, shortcuts } from "./shortcuts";

const composing = [
  { keys: ["Enter"], label: strings.shortcuts.send },
  { keys: ["Shift", "Enter"], label: strings.shortcuts.newLine },
  { keys: ["↑"], label: `${strings.shortcuts.recall} (${strings.shortcuts.recallHint})` },
];

/** All keys that do something. */
export default function HelpSheet({ onClose }: { onClose: () => void }) {
  const [plain, setPlain] = useState(plainKeys.on);
  const group = (name: "go" | "rest") =>
    shortcuts.filter((shortcut) => shortcut.group === name)
      .map((shortcut) => ({ keys: keysOf(shortcut), label: shortcut.label }));
  const groups = [
    { title: strings.shortcuts.groups.go, entries: group("go") },
    { title: strings.shortcuts.groups.write, entries: composing },
    { title: strings.shortcuts.groups.rest, entries: [...group("rest"), { keys: ["Esc"], label: strings.shortcuts.escape }] },
  ];
  return (
    <Dialog title={strings.shortcuts.title} onClose={onClose} wide>
      <div className="help">
        {groups.map(({ title, entries }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {entries.map(({ keys, label }) => (
                <div key={label}>
                  <dt>{label}</dt>
                  <dd>{keys.map((key) => <kbd key={key}>{key}</kbd>)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <CheckField label={strings.shortcuts.plain} checked={plain} onChange={(event) => {
        plainKeys.set(event.target.checked);
        setPlain(event.target.checked);
      }} />
    </Dialog>
  );
}
