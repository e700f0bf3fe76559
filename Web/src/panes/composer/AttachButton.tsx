import { useRef } from "react";
import { strings } from "../../strings";
import { IconButton } from "../../ui/Button";

/** Opens the system's choice of files. */
export function AttachButton({ onFiles }: { onFiles: (files: readonly File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton icon="plus" label={strings.uploads.add} className="attach-button" onClick={() => input.current?.click()} />
      <input ref={input} type="file" multiple hidden aria-label={strings.uploads.add} tabIndex={-1}
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          // The same file can be chosen again.
          event.target.value = "";
        }} />
    </>
  );
}
