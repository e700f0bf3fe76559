import { useCallback, useEffect, useState } from "react";
import { drafts } from "../../commands/drafts";

/** A text that survives a reload and is the same in every tab. */
export function useDraft(key: string): [string, (text: string) => void] {
  const [text, setText] = useState(() => drafts.read(key));
  useEffect(() => drafts.listen(key, setText), [key]);
  const change = useCallback((next: string) => {
    setText(next);
    drafts.write(key, next);
  }, [key]);
  return [text, change];
}
