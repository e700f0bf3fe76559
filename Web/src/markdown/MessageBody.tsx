import { memo, useLayoutEffect, useRef } from "react";
import { navigate } from "../router/navigation";
import { strings } from "../strings";
import { renderMarkdown } from "./render";

const COPIED_MS = 2_000;

/** The text of a message. */
export const MessageBody = memo(function MessageBody({ body, onMention }: {
  body: string; onMention?: (handle: string) => void;
}) {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const box = ref.current;
    if (!box) return;
    box.replaceChildren(renderMarkdown(body));
    void colourCode(box);
  }, [body]);
  return (
    <div ref={ref} className="prose" dir="auto"
      onClick={(event) => {
        const target = event.target as Element;
        const copy = target.closest<HTMLButtonElement>(".code-copy");
        if (copy) return void copyCode(copy);
        const handle = target.closest<HTMLElement>(".mention")?.dataset["handle"];
        if (handle) onMention?.(handle);
        const link = target.closest("a");
        if (!link || link.target || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
        if (link.origin !== location.origin) return;
        event.preventDefault();
        navigate(link.pathname + link.search);
      }} />
  );
});

async function copyCode(button: HTMLButtonElement): Promise<void> {
  await navigator.clipboard.writeText(button.parentElement?.querySelector("code")?.textContent ?? "");
  button.textContent = strings.message.codeCopied;
  setTimeout(() => (button.textContent = strings.message.copyCode), COPIED_MS);
}

let colours: typeof import("./highlight") | null = null;

async function colourCode(box: HTMLElement): Promise<void> {
  const blocks = [...box.querySelectorAll<HTMLElement>('pre > code[class^="language-"]')];
  if (!blocks.length) return;
  // Once it is there, colours are there with the text, before it is measured.
  if (!colours) colours = await import("./highlight");
  const { highlighted } = colours;
  for (const block of blocks) {
    const language = /language-([\w+#-]+)/.exec(block.className)?.[1] ?? "";
    const coloured = highlighted(block.textContent ?? "", language.toLowerCase());
    if (coloured) block.replaceChildren(coloured);
  }
}
