import { useEffect, useRef, useState } from "react";
import { api, type User } from "../../api";
import { report } from "../../commands/report";
import { shownWorkspace } from "../../commands/space";
import { strings } from "../../strings";
import { Avatar } from "../../ui/Avatar";
import { TextField } from "../../ui/Field";

const WAIT_MS = 150;
const FOUND_MAX = 30;

/** A field that finds members of the workspace, and the found ones to choose from. Enter takes the first, or with an empty field calls `onEnter`. */
export function PeopleSearch({ label, hint, without, onPick, onEnter, nobody = strings.sidebar.nobody, autoFocus = false }: {
  label: string; hint?: string; without: ReadonlySet<string>; onPick: (user: User) => void; onEnter?: () => void;
  nobody?: string; autoFocus?: boolean;
}) {
  const [query, setQuery] = useState("");
  const [found, setFound] = useState<{ query: string; users: User[] } | null>(null);
  // Who types faster than the server answers means what they typed, not what was found before.
  const [entered, setEntered] = useState<string | null>(null);
  const field = useRef<HTMLFormElement>(null);
  useEffect(() => {
    let current = true;
    const timer = setTimeout(() => {
      api.workspaces.members(shownWorkspace(), { q: query.trim(), limit: FOUND_MAX }).then(
        (page) => current && setFound({ query, users: page.members.map((member) => member.user) }), report);
    }, WAIT_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [query]);
  const shown = found?.users.filter((user) => !without.has(user.id));
  const pick = (user: User) => {
    setQuery("");
    onPick(user);
    field.current?.querySelector("input")?.focus();
  };
  useEffect(() => {
    if (entered === null || found?.query !== entered) return;
    setEntered(null);
    if (entered === query && shown?.[0]) pick(shown[0]);
  }, [entered, found]);
  return (
    <>
      <form ref={field} className="form" onSubmit={(event) => {
        event.preventDefault();
        if (query) setEntered(query);
        else onEnter?.();
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
