import { useReducer } from "react";
import { chooseAppearance, currentAppearance, type Preference } from "../../commands/appearance";
import { texts } from "../../strings/settings";
import { Heading } from "../parts/Frame";

const words = texts.appearance;

const preferences: readonly { name: Preference; label: string; choices: readonly [string, string][] }[] = [
  { name: "color_mode", label: words.colors, choices: [["system", words.system], ["light", words.light], ["dark", words.dark]] },
  {
    name: "board_theme", label: words.board,
    choices: [["signal", words.signal], ["ember", words.ember], ["moss", words.moss], ["iris", words.iris]],
  },
  { name: "density", label: words.density, choices: [["comfortable", words.comfortable], ["compact", words.compact]] },
  { name: "message_layout", label: words.layout, choices: [["standard", words.standard], ["outlined", words.outlined]] },
];

export default function Appearance() {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  return (
    <>
      <Heading title={words.title}>{words.intro}</Heading>
      {preferences.map(({ name, label, choices }) => (
        <fieldset key={name} className="choices">
          <legend>{label}</legend>
          {choices.map(([value, text]) => (
            <label key={value} className={`choice sample-${name} sample-${value}`}>
              <span className="sample" aria-hidden="true"><i /><i /><i /></span>
              <span className="choice-name">
                <input type="radio" name={name} value={value} checked={currentAppearance(name) === value}
                  onChange={() => {
                    chooseAppearance(name, value);
                    redraw();
                  }} />
                {text}
              </span>
            </label>
          ))}
        </fieldset>
      ))}
    </>
  );
}
