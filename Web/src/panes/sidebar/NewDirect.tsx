import { useEffect, useState } from "react";
import { api, type User } from "../../api";
import { report } from "../../commands/report";
import { shownWorkspace } from "../../commands/space";
import { go } from "../../router/go";
import { strings } from "../../strings";
import { Avatar } from "../../ui/Avatar";
import { Dialog } from "../../ui/Dialog";
import { openDialog } from "../../ui/dialogs";
import { TextField } from "../../ui/Field";

export function newDirect(): void {
  openDialog((close) => <NewDirect onClose={close} />);
}

function NewDirect({ onClose }: { onClose: () => void }) {
  const [query, setQuery] = useState("");
  const [found, setFound] = useState<User[] | null>(null);
  useEffect(() => {
    let current = true;
    const timer = setTimeout(() => {
      api.workspaces.members(shownWorkspace(), { q: query.trim(), limit: 30 }).then(
        (page) => current && setFound(page.members.map((member) => member.user)), report);
    }, 150);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [query]);
  const open = (user: User) => {
    onClose();
    void go.direct(user.id);
  };
  return (
    <Dialog title={strings.sidebar.newDirect} onClose={onClose}>
      <form className="form" onSubmit={(event) => {
        event.preventDefault();
        if (found?.[0]) open(found[0]);
      }}>
        <TextField label={strings.sidebar.findPerson} type="search" autoFocus value={query}
          onChange={(event) => setQuery(event.target.value)} />
      </form>
      <ul className="people">
        {found?.map((user) => (
          <li key={user.id}>
            <button type="button" onClick={() => open(user)}>
              <Avatar user={user} size="small" />
              <span>{user.display_name}</span>
              {user.handle && <span className="quiet">@{user.handle}</span>}
            </button>
          </li>
        ))}
        {found?.length === 0 && <li className="quiet">{strings.sidebar.nobody}</li>}
      </ul>
    </Dialog>
  );
}
