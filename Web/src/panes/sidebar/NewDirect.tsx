import { useMemo, useState } from "react";
import type { User } from "../../api";
import { go } from "../../router/go";
import { useSpace } from "../../store/hooks";
import { strings } from "../../strings";
import { Avatar } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { openDialog } from "../../ui/dialogs";
import { Icon } from "../../ui/Icon";
import { PeopleSearch } from "../channel/PeopleSearch";

export function newDirect(): void {
  openDialog((close) => <NewDirect onClose={close} />);
}

function NewDirect({ onClose }: { onClose: () => void }) {
  const [chosen, setChosen] = useState<readonly User[]>([]);
  const me = useSpace((space) => space.me, "");
  const without = useMemo(() => new Set([me, ...chosen.map((user) => user.id)]), [chosen, me]);
  const start = () => {
    onClose();
    void go.direct(chosen.map((user) => user.id));
  };
  return (
    <Dialog title={strings.sidebar.newDirect} onClose={onClose}>
      {chosen.length > 0 && (
        <ul className="chips">
          {chosen.map((user) => (
            <li key={user.id}>
              <button type="button" className="chip" aria-label={strings.sidebar.chosen(user.display_name)}
                onClick={() => setChosen(chosen.filter((known) => known.id !== user.id))}>
                <Avatar user={user} size="small" />
                <span>{user.display_name}</span>
                <Icon name="close" size={12} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <PeopleSearch label={strings.sidebar.findPerson} hint={strings.sidebar.directHint} without={without} autoFocus
        onEnter={() => chosen.length > 0 && start()}
        onPick={(user) => setChosen([...chosen, user])} />
      <footer className="dialog-actions">
        <Button tone="quiet" onClick={onClose}>{strings.common.cancel}</Button>
        <Button tone="primary" disabled={!chosen.length} onClick={start}>
          {chosen.length > 1 ? strings.sidebar.group(chosen.length) : strings.sidebar.start}
        </Button>
      </footer>
    </Dialog>
  );
}
