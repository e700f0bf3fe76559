// How large a picture is and how long a recording lasts, so that room can be kept for them before they are loaded.

export interface Measures {
  width?: number;
  height?: number;
  durationMilliseconds?: number;
}

/** A file that never becomes readable must not hold up its upload. */
const PATIENCE_MS = 4_000;

/** Nothing for what is no picture or recording, or what this browser can't read. */
export async function measured(file: File): Promise<Measures> {
  if (file.type.startsWith("image/")) return measuredImage(file);
  if (file.type.startsWith("video/")) return measuredMedia(file, "video");
  if (file.type.startsWith("audio/")) return measuredMedia(file, "audio");
  return {};
}

async function measuredImage(file: File): Promise<Measures> {
  try {
    const bitmap = await createImageBitmap(file);
    const { width, height } = bitmap;
    bitmap.close();
    return { width, height };
  } catch (error) {
    // Not a picture that this browser knows: it goes as it is.
    return {};
  }
}

function measuredMedia(file: File, kind: "video" | "audio"): Promise<Measures> {
  const address = URL.createObjectURL(file);
  const media = document.createElement(kind);
  media.preload = "metadata";
  return new Promise<Measures>((resolve) => {
    const timer = setTimeout(() => resolve({}), PATIENCE_MS);
    const done = (measures: Measures) => {
      clearTimeout(timer);
      resolve(measures);
    };
    media.onerror = () => done({});
    media.onloadedmetadata = () => done({
      ...(Number.isFinite(media.duration) && { durationMilliseconds: media.duration * 1_000 }),
      ...(media instanceof HTMLVideoElement && { width: media.videoWidth, height: media.videoHeight }),
    });
    media.src = address;
  }).finally(() => {
    media.removeAttribute("src");
    URL.revokeObjectURL(address);
  });
}
