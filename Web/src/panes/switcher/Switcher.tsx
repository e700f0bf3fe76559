import { useEffect, useId, useMemo, useState } from "react";
import { api, type User } from "../../api";
import { report } from "../../commands/report";
import { dispatchTo } from "../../commands/space";
import { go } from "../../router/go";
import { useSelector } from "../../store/hooks";
import { store } from "../../store/store";
import { strings } from "../../strings";
import { Avatar } from "../../ui/Avatar";
import { classes } from "../../ui/classes";
import { Dialog } from "../../ui/Dialog";
import { Icon } from "../../ui/Icon";
import { candidates, type Candidate } from "./candidates";

const WAIT_MS = 150;

/** Goes anywhere by name: a combobox with a list (ARIA authoring practices). */
export default function Switcher({ onClose }: { onClose: () => void }) {
  const [query, setQuery] = useState("");
  const [selected, setSelected] = useState(0);
  const spaces = useSelector((state) => state.spaces);
  const workspaceID = useSelector((state) => state.ui.workspaceID);
  const people = useMemo(
    () => Object.values(workspaceID ? spaces[workspaceID]?.users ?? {} : {}), [spaces, workspaceID]);
  const found = useMemo(() => candidates(store.getState(), query, people), [query, people, spaces]);
  usePeople(workspaceID, query);
  const list = useId();
  const option = (index: number) => `${list}-${index}`;
  const open = (candidate: Candidate | undefined) => {
    if (!candidate) return;
    onClose();
    jump(candidate);
  };
  useEffect(() => {
    document.getElementById(option(selected))?.scrollIntoView({ block: "nearest" });
  }, [selected]);
  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length) {
      event.preventDefault();
      setSelected((selected + step + found.length) % found.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      open(found[selected]);
    }
  };
  return (
    <Dialog title={strings.switcher.title} onClose={onClose}>
      <div className="switcher">
        <input type="text" role="combobox" autoFocus value={query} placeholder={strings.switcher.placeholder}
          aria-label={strings.switcher.placeholder} aria-expanded="true" aria-controls={list} aria-autocomplete="list"
          aria-activedescendant={found.length ? option(selected) : undefined} autoComplete="off" spellCheck={false}
          onChange={(event) => {
            setQuery(event.target.value);
            setSelected(0);
          }} onKeyDown={onKeyDown} />
        <ul id={list} role="listbox" aria-label={strings.switcher.title}>
          {found.map((candidate, index) => (
            <li key={candidate.key} id={option(index)} role="option" aria-selected={index === selected}
              className={classes("switch", index === selected && "selected", candidate.unread > 0 && "unread")}
              onPointerMove={() => setSelected(index)} onClick={() => open(candidate)}>
              <Sign candidate={candidate} />
              <span className="switch-name">{candidate.name}</span>
              {candidate.hint && <span className="quiet">{candidate.hint}</span>}
              <span className="switch-kind">{strings.switcher[candidate.kind]}</span>
            </li>
          ))}
        </ul>
        {!found.length && <p className="quiet switch-none" role="status">{strings.switcher.nothing}</p>}
      </div>
    </Dialog>
  );
}

function Sign({ candidate }: { candidate: Candidate }) {
  if (candidate.kind === "person") return <Avatar user={candidate.user} size="small" />;
  if (candidate.kind === "direct" && candidate.partner) return <Avatar user={candidate.partner} size="small" />;
  const icon = candidate.kind === "workspace" ? "archive" : candidate.kind === "direct" ? "people"
    : candidate.isPrivate ? "lock" : "hash";
  return <span className="sidebar-icon"><Icon name={icon} size={16} /></span>;
}

function jump(candidate: Candidate): void {
  switch (candidate.kind) {
    case "person":
      return void go.direct(candidate.user.id);
    case "workspace":
      return go.workspace(candidate.workspaceID);
    case "channel":
    case "direct": {
      const conversation = store.getState().spaces[candidate.workspaceID]?.conversations[candidate.conversationID];
      if (conversation) go.conversation(candidate.workspaceID, conversation);
    }
  }
}

// Of a large workspace not everybody is known yet.
function usePeople(workspaceID: string | null, query: string): void {
  useEffect(() => {
    const q = query.trim().replace(/^@/, "");
    if (!workspaceID || q.length < 2) return;
    const timer = setTimeout(() => {
      api.workspaces.members(workspaceID, { q, limit: 20 }).then(
        (page) => dispatchTo(workspaceID, {
          type: "users/loaded", users: page.members.map((member): User => member.user),
        }), report);
    }, WAIT_MS);
    return () => clearTimeout(timer);
  }, [workspaceID, query]);
}
