import { go } from "../../router/go";
import { useSpace } from "../../store/hooks";
import { strings } from "../../strings";
import { dateOf } from "../../strings/times";
import { Avatar } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { EmptyState } from "../../ui/States";
import { usePresence } from "../usePresence";
import type { RightPaneProps } from "./registry";

export default function ProfilePane({ pane }: RightPaneProps<"profile">) {
  const user = useSpace((space) => space.users[pane.userID] ?? null, null);
  const presence = usePresence(pane.userID);
  if (!user) return <EmptyState title={strings.message.unknownAuthor} mood="puzzled" />;
  return (
    <div className="profile">
      <Avatar user={user} size="large" presence={presence} />
      <h3>{user.display_name}{user.kind === "bot" && <span className="tag">{strings.message.bot}</span>}</h3>
      <dl>
        <dt>{strings.panes.status}</dt>
        <dd>{presence === "active" ? strings.sidebar.online : presence === "away" ? strings.sidebar.away : strings.sidebar.offline}</dd>
        {user.handle && <><dt>{strings.panes.role}</dt><dd>@{user.handle}</dd></>}
        <dt>{strings.panes.since}</dt><dd>{dateOf(user.created_at)}</dd>
      </dl>
      <Button tone="primary" onClick={() => void go.direct(user.id)}>{strings.panes.message}</Button>
    </div>
  );
}
