// The parts of highlight.js that its declarations leave out.

declare module "highlight.js/lib/highlight" {
  interface Result {
    value: string;
  }
  const hljs: {
    registerLanguage(name: string, language: unknown): void;
    getLanguage(name: string): unknown;
    highlight(language: string, code: string, ignoreIllegals?: boolean): Result;
  };
  export default hljs;
}

declare module "highlight.js/lib/languages/*" {
  const language: unknown;
  export default language;
}
