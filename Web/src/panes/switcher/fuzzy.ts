// How well a name answers to what someone types. Pure.

/**
 * A score, or null when the letters do not occur in this order. Beginnings of words and letters in a row count more,
 * short names more than long ones.
 */
export function fuzzyScore(query: string, name: string): number | null {
  const wanted = folded(query);
  const letters = folded(name);
  if (!wanted) return 0;
  const at = letters.indexOf(wanted);
  if (at >= 0) return 1_000 - at - letters.length + (at === 0 ? 500 : startsWord(letters, at) ? 300 : 0);
  let score = 0;
  let from = 0;
  let last = -2;
  for (const letter of wanted.replace(/\s/g, "")) {
    const found = letters.indexOf(letter, from);
    if (found < 0) return null;
    score += found === last + 1 ? 12 : startsWord(letters, found) ? 10 : 1;
    last = found;
    from = found + 1;
  }
  return score - letters.length / 10;
}

const startsWord = (letters: string, at: number): boolean => at === 0 || /[^\p{L}\p{N}]/u.test(letters[at - 1] ?? "");

/** Without case, accents and signs in front. */
const folded = (text: string): string =>
  text.trim().replace(/^[#@]/, "").normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
