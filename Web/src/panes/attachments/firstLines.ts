/** The first lines of a file of which only the beginning may be known; its last line may then be cut. */
export function firstLines(text: string, count: number, isCut: boolean): { text: string; hasMore: boolean } {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
  if (isCut && lines.length > 1) lines.pop();
  const WIDTH_MAX = 400;
  const shown = lines.slice(0, count).map((line) => (line.length > WIDTH_MAX ? `${line.slice(0, WIDTH_MAX)}…` : line));
  return { text: shown.join("\n"), hasMore: lines.length > count };
}
