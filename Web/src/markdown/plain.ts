/** Whether a text is one line in which Markdown finds nothing to do: most of what people write. */
export const isPlain = (body: string): boolean =>
  /^\p{L}[^\n\r\t\u00a0\\`*_[\]<>&@|~/]*$/u.test(body) && !/www\.|\s$/i.test(body);
