import { useId, useRef, useState } from "react";
import type { User, WorkspaceMember } from "../../api";
import { management } from "../../api/management";
import { strings } from "../../strings";
import { Avatar } from "../../ui/Avatar";
import { IconButton } from "../../ui/Button";
import { TextField } from "../../ui/Field";
import { useLoaded } from "./useLoaded";
import { useSettled } from "./useSettled";

const SHOWN = 8;

/** Finds one member of a workspace by name. */
export function PersonPicker({ workspaceID, label, value, onChange, filter = () => true }: {
  workspaceID: string; label: string; value: User | null; onChange: (person: User | null) => void;
  filter?: (member: WorkspaceMember) => boolean;
}) {
  const id = useId();
  const [text, setText] = useState("");
  // The focus goes along when the field and the person take each other's place.
  const used = useRef(false);
  const choose = (person: User | null) => {
    used.current = true;
    setText("");
    onChange(person);
  };
  const wanted = useSettled(text.trim());
  const { value: page } = useLoaded(
    async () => (wanted ? (await management.directory(workspaceID, { q: wanted })).members : []), wanted);
  if (value) {
    return (
      <div className="field">
        <span className="field-label" id={id}>{label}</span>
        <div className="picked" aria-labelledby={id} role="group">
          <Avatar user={value} size="small" /><span>{value.display_name}</span>
          <IconButton icon="close" size={14} label={strings.common.cancel} autoFocus={used.current}
            onClick={() => choose(null)} />
        </div>
      </div>
    );
  }
  const found = (page ?? []).filter(filter).slice(0, SHOWN);
  return (
    <div className="field">
      <TextField label={label} value={text} type="search" placeholder={strings.sidebar.findPerson} autoFocus={used.current}
        onChange={(event) => setText(event.target.value)} />
      {wanted && page && (
        <ul className="people">
          {found.map(({ user }) => (
            <li key={user.id}>
              <button type="button" onClick={() => choose(user)}>
                <Avatar user={user} size="small" />{user.display_name}
                {user.handle && <span className="quiet">@{user.handle}</span>}
              </button>
            </li>
          ))}
          {!found.length && <li className="quiet">{strings.sidebar.nobody}</li>}
        </ul>
      )}
    </div>
  );
}
