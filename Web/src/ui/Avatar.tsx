import { useState } from "react";
import type { User } from "../api";
import { classes } from "./classes";

const HUES = 8;
const RETRY_MS = 5 * 60_000;
/** Since when an address has no picture: it is not asked again for each message of its person. */
const broken = new Map<string, number>();
const isBroken = (address: string): boolean => Date.now() - (broken.get(address) ?? -Infinity) < RETRY_MS;

export function hueOf(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 9973;
  return sum % HUES;
}

export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : [words[0]];
  return letters.map((word) => Array.from(word ?? "")[0] ?? "").join("").toUpperCase() || "?";
}

/** A person's picture, or their initials while there is none. Names stand beside it, so it is decoration. */
export function Avatar({ user, size = "medium", presence }: {
  user: Pick<User, "id" | "display_name" | "avatar_url" | "kind"> | null; size?: "small" | "medium" | "large";
  presence?: "active" | "away" | "offline";
}) {
  const [, noteBroken] = useState("");
  const address = user?.avatar_url ?? "";
  return (
    <span className={classes("avatar", `avatar-${size}`, `hue-${hueOf(user?.id ?? "")}`, user?.kind === "bot" && "avatar-bot")}
      aria-hidden="true">
      {address && !isBroken(address)
        ? <img src={address} alt="" loading="lazy" onError={() => {
            broken.set(address, Date.now());
            noteBroken(address);
          }} />
        : <span>{initialsOf(user?.display_name ?? "?")}</span>}
      {presence && <span className={`presence presence-${presence}`} />}
    </span>
  );
}
