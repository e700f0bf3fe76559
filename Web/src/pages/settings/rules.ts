// What the server accepts, so that forms can say so while one types.

/** Empty for none, or 2 to 32 letters, digits, hyphens and underscores. */
export const isHandle = (text: string): boolean => !text.trim() || /^@?[a-z0-9][a-z0-9_-]{1,31}$/i.test(text.trim());

/** Empty for none, or an absolute address of the web. */
export function isWebAddress(text: string): boolean {
  if (!text.trim()) return true;
  try {
    return ["http:", "https:"].includes(new URL(text.trim()).protocol);
  } catch (error) {
    return false;
  }
}

export const isPushoverKey = (text: string): boolean => /^$|^[A-Za-z0-9]{30}$/.test(text);
