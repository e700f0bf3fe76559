// How the client looks. The choice belongs to the account; this browser remembers it for the next first paint.

import { api, type AppearancePreferences } from "../api";
import { showColours } from "../colours";
import { kept } from "../kept";
import { tabs } from "../realtime/tabs";
import { store } from "../store/store";
import { report } from "./report";

export type Theme = "system" | "light" | "dark";
export type Preference = keyof AppearancePreferences;

/** Each preference: the attribute of the page that styles look at, as theme.ts has them too, and what is standard. */
const PREFERENCES: Readonly<Record<Preference, { attribute: string; standard: string }>> = {
  color_mode: { attribute: "theme", standard: "system" },
  board_theme: { attribute: "board", standard: "signal" },
  message_layout: { attribute: "layout", standard: "standard" },
  density: { attribute: "density", standard: "comfortable" },
};
const names = Object.keys(PREFERENCES) as Preference[];

export const currentAppearance = (name: Preference): string =>
  kept.getItem(`clickclack.${PREFERENCES[name].attribute}`) ?? PREFERENCES[name].standard;

export const currentTheme = (): Theme => currentAppearance("color_mode") as Theme;

export const chooseTheme = (theme: Theme): void => chooseAppearance("color_mode", theme);

/** Shows it at once, tells the other tabs, and keeps it with the account. */
export function chooseAppearance(name: Preference, value: string): void {
  apply(name, value);
  tabs.tell({ type: "appearance", name, value });
  const { session } = store.getState();
  if (session.status !== "signedIn") return;
  api.me.update({ appearance_preferences: { [name]: value } }).then(
    (me) => store.dispatch({ type: "session/changed", session: { status: "signedIn", me } }), report);
}

/** Takes over what the account has; an account that never chose leaves this browser as it is. */
export function takeAppearance(preferences: AppearancePreferences | undefined): void {
  if (!preferences) return;
  for (const name of names) apply(name, preferences[name] || PREFERENCES[name].standard);
}

function apply(name: Preference, value: string): void {
  const { attribute, standard } = PREFERENCES[name];
  if (value === standard) {
    kept.removeItem(`clickclack.${attribute}`);
    delete document.documentElement.dataset[attribute];
  } else {
    kept.setItem(`clickclack.${attribute}`, value);
    document.documentElement.dataset[attribute] = value;
  }
  if (name === "color_mode") showColours();
}

tabs.listen((message) => {
  if (message.type === "appearance" && message.name in PREFERENCES) apply(message.name as Preference, message.value);
});
