import type { Upload } from "../src/api";

/** A small text file that the server has. */
export const upload = (id: string): Upload => ({
  id, workspace_id: "wsp", owner_id: "usr", filename: `${id}.txt`, content_type: "text/plain", byte_size: 1, created_at: "",
});
