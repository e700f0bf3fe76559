// Files on their way to a message that the server already has.

import type { Upload } from "../../api";
import type { Attaching, Space } from "../state";

export function attachingAdded(space: Space, attaching: Attaching): Space {
  return { ...space, attaching: { ...space.attaching, [attaching.messageID]: attaching } };
}

export function attachingFailed(space: Space, messageID: string, error: string, refused: boolean): Space {
  const known = space.attaching[messageID];
  if (!known) return space;
  return attachingAdded(space, { ...known, state: "failed", error, refused });
}

/** Every file is at its message, or was given up. */
export function attachingEnded(space: Space, messageID: string): Space {
  if (!space.attaching[messageID]) return space;
  const { [messageID]: _ended, ...attaching } = space.attaching;
  return { ...space, attaching };
}

/** The files of a message with those on their way, each once. */
export function withAttaching(known: readonly Upload[] | undefined, attaching: Attaching | undefined): readonly Upload[] {
  const uploads = known ?? [];
  if (!attaching) return uploads;
  return [...uploads, ...attaching.uploads.filter((upload) => !uploads.some((one) => one.id === upload.id))];
}
