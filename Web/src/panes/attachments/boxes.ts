// How large a picture is shown, known before it is loaded so that nothing moves when it is. Pure.

export const BOX_WIDTH = 420;
export const BOX_HEIGHT = 320;
const LEAST = 40;

export interface Box {
  width: number;
  height: number;
}

/** The largest size of the same shape that fits; null when the size is not known. */
export function fitted(width: number | undefined, height: number | undefined): Box | null {
  if (!width || !height) return null;
  const scale = Math.min(1, BOX_WIDTH / width, BOX_HEIGHT / height);
  // A line of pixels can still be pressed.
  return { width: Math.max(LEAST, Math.round(width * scale)), height: Math.max(LEAST, Math.round(height * scale)) };
}
