import { useEffect, useState } from "react";
import { api, type User } from "../../api";
import { report } from "../../commands/report";
import { shownWorkspace } from "../../commands/space";
import { strings } from "../../strings";
import { Avatar } from "../../ui/Avatar";
import { TextField } from "../../ui/Field";

const WAIT_MS = 150;
const FOUND_MAX = 30;

/** A field that finds members of the workspace, and the found ones to choose from. */
export function PeopleSearch({ label, hint, without, onPick, nobody = strings.sidebar.nobody, autoFocus = false }: {
  label: string; hint?: string; without: ReadonlySet<string>; onPick: (user: User) => void; nobody?: string;
  autoFocus?: boolean;
}) {
  const [query, setQuery] = useState("");
  const [found, setFound] = useState<User[] | null>(null);
  useEffect(() => {
    let current = true;
    const timer = setTimeout(() => {
      api.workspaces.members(shownWorkspace(), { q: query.trim(), limit: FOUND_MAX }).then(
        (page) => current && setFound(page.members.map((member) => member.user)), report);
    }, WAIT_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [query]);
  const shown = found?.filter((user) => !without.has(user.id));
  const pick = (user: User) => {
    setQuery("");
    onPick(user);
  };
  return (
    <>
      <form className="form" onSubmit={(event) => {
        event.preventDefault();
        if (shown?.[0] && query) pick(shown[0]);
      }}>
        <TextField label={label} hint={hint} type="search" autoFocus={autoFocus} value={query}
          onChange={(event) => setQuery(event.target.value)} />
      </form>
      <ul className="people">
        {shown?.map((user) => (
          <li key={user.id}>
            <button type="button" onClick={() => pick(user)}>
              <Avatar user={user} size="small" />
              <span>{user.display_name}</span>
              {user.handle && <span className="quiet">@{user.handle}</span>}
            </button>
          </li>
        ))}
        {shown?.length === 0 && <li className="quiet">{nobody}</li>}
      </ul>
    </>
  );
}
