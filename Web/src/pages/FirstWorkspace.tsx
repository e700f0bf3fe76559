import { useState } from "react";
import { report } from "../commands/report";
import { createWorkspace } from "../commands/workspaces";
import { workspaceAddress } from "../router/location";
import { navigate } from "../router/navigation";
import { strings } from "../strings";
import { Button } from "../ui/Button";
import { Crab } from "../ui/Crab";
import { TextField } from "../ui/Field";

/** For people who are not in any workspace. */
export function FirstWorkspace() {
  const [name, setName] = useState("");
  const [busy, setBusy] = useState(false);
  const create = async () => {
    setBusy(true);
    try {
      const workspace = await createWorkspace(name.trim());
      navigate(workspaceAddress(workspace.route_id));
    } catch (error) {
      report(error);
    }
    setBusy(false);
  };
  return (
    <main className="screen">
      <form className="card" onSubmit={(event) => {
        event.preventDefault();
        if (name.trim()) void create();
      }}>
        <Crab />
        <h1>{strings.firstWorkspace.title}</h1>
        <p className="card-intro">{strings.firstWorkspace.intro}</p>
        <TextField label={strings.firstWorkspace.name} value={name} maxLength={80} autoFocus
          onChange={(event) => setName(event.target.value)} />
        <Button tone="primary" type="submit" busy={busy}>{strings.firstWorkspace.create}</Button>
      </form>
    </main>
  );
}
