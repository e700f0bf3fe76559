import { useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { Icon } from "../../ui/Icon";

/** Takes files that are dropped anywhere on the pane in which its composer stands. */
export function DropZone({ label, onFiles }: { label: string; onFiles: (files: readonly File[]) => void }) {
  const marker = useRef<HTMLSpanElement>(null);
  const [pane, setPane] = useState<HTMLElement | null>(null);
  const [over, setOver] = useState(false);
  const take = useRef(onFiles);
  take.current = onFiles;
  useLayoutEffect(() => setPane(marker.current?.closest<HTMLElement>(".main, .right") ?? null), []);
  useLayoutEffect(() => {
    if (!pane) return;
    let depth = 0;
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const enter = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth += 1;
      setOver(true);
    };
    const move = (event: DragEvent) => {
      if (!hasFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
    };
    const leave = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth -= 1;
      if (depth <= 0) end();
    };
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      end();
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length) take.current(files);
    };
    const end = () => {
      depth = 0;
      setOver(false);
    };
    const listeners = { dragenter: enter, dragover: move, dragleave: leave, drop };
    for (const [name, listener] of Object.entries(listeners)) pane.addEventListener(name, listener as EventListener);
    // Beside the pane, a file would open in place of the chat.
    const refuse = (event: DragEvent) => hasFiles(event) && !event.defaultPrevented && event.preventDefault();
    addEventListener("dragover", refuse);
    addEventListener("drop", refuse);
    return () => {
      for (const [name, listener] of Object.entries(listeners)) pane.removeEventListener(name, listener as EventListener);
      removeEventListener("dragover", refuse);
      removeEventListener("drop", refuse);
    };
  }, [pane]);
  return (
    <>
      <span ref={marker} hidden />
      {over && pane && createPortal(
        <div className="drop-zone" aria-hidden="true"><span><Icon name="upload" size={28} />{label}</span></div>, pane)}
    </>
  );
}
