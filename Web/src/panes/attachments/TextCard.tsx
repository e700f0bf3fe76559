import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { api, type Upload } from "../../api";
import { strings } from "../../strings";
import { Button } from "../../ui/Button";
import { languageOf } from "../../ui/files/kinds";
import { FileCard } from "./FileCard";
import { firstLines } from "./firstLines";

const BYTES = 8 * 1_024;
const LINES = 6;
const MORE_LINES = 60;
const KEPT_MAX = 100;

/** The beginnings of files that were loaded, so that a card that comes back into view has its size at once. */
const beginnings = new Map<string, string>();

/** A file of text or code with its first lines. */
export function TextCard({ upload, address }: { upload: Upload; address: string }) {
  const [text, setText] = useState<string | null>(() => beginnings.get(upload.id) ?? null);
  const [failed, setFailed] = useState(false);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (text !== null) return;
    let current = true;
    api.uploads.beginning(upload.id, BYTES).then(
      (loaded) => {
        if (beginnings.size >= KEPT_MAX) beginnings.delete(beginnings.keys().next().value as string);
        beginnings.set(upload.id, loaded);
        if (current) setText(loaded);
      },
      () => current && setFailed(true));
    return () => void (current = false);
  }, [upload.id, text]);
  const few = text === null ? null : firstLines(text, LINES, upload.byte_size > BYTES);
  const shown = text !== null && open ? firstLines(text, MORE_LINES, upload.byte_size > BYTES) : few;
  return (
    <FileCard upload={upload} address={address} kind="text">
      {failed
        ? <p className="file-note">{strings.files.unreadable}</p>
        : <Code text={shown?.text ?? ""} language={languageOf(upload.filename)} waitingLines={shown === null ? expectedLines(upload) : 0} />}
      {few?.hasMore && (
        <Button tone="quiet" className="file-more" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? strings.files.hideLines : strings.files.showLines}
        </Button>
      )}
    </FileCard>
  );
}

/** A guess from the size, so that little moves when the text is there. */
const expectedLines = (upload: Upload): number => Math.min(LINES, 1 + Math.floor(upload.byte_size / 30));

function Code({ text, language, waitingLines }: { text: string; language: string; waitingLines: number }) {
  const code = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const box = code.current;
    if (!box) return;
    box.replaceChildren(text);
    if (!language || !text) return;
    let current = true;
    void import("../../markdown/highlight").then(({ highlighted }) => {
      const coloured = current ? highlighted(text, language) : null;
      if (coloured) box.replaceChildren(coloured);
    });
    return () => void (current = false);
  }, [text, language]);
  return <pre className="file-code" tabIndex={0} style={{ minHeight: `calc(${waitingLines * 1.5}em + 17px)` }}><code ref={code} /></pre>;
}
