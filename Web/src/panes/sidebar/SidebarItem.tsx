import { closeDirect } from "../../commands/channels";
import { go } from "../../router/go";
import { useSelector, useSpace } from "../../store/hooks";
import { badgeCount, isMuted, partnerOf, titleOf, unreadCount } from "../../store/selectors";
import { strings } from "../../strings";
import { Avatar } from "../../ui/Avatar";
import { Badge } from "../../ui/Badge";
import { IconButton } from "../../ui/Button";
import { classes } from "../../ui/classes";
import { Icon } from "../../ui/Icon";
import { usePresence } from "../usePresence";

export function SidebarItem({ id }: { id: string }) {
  const conversation = useSpace((space) => space.conversations[id] ?? null, null);
  const workspaceID = useSelector((state) => state.ui.workspaceID);
  const me = useSpace((space) => space.me, "");
  const selected = useSelector((state) => state.ui.conversationID === id);
  const partner = conversation ? partnerOf(conversation, me) : null;
  const presence = usePresence(partner?.id ?? null);
  const muted = useSpace((space) => isMuted(space, id), false);
  const badge = useSpace((space) => (conversation ? badgeCount(conversation, space) : 0), 0);
  if (!conversation || !workspaceID) return null;
  const unread = unreadCount(conversation);
  const isPrivate = conversation.channel?.private ?? false;
  const close = () => void closeDirect(workspaceID, id).then(() => {
    if (selected) go.workspace(workspaceID);
  });
  return (
    <li className="sidebar-row">
      <button type="button" className={classes("sidebar-item", selected && "selected", unread > 0 && !muted && "unread", muted && "muted")}
        aria-current={selected ? "page" : undefined} onClick={() => go.conversation(workspaceID, conversation)}>
        {partner
          ? <Avatar user={partner} size="small" presence={presence} />
          : <span className="sidebar-icon"><Icon name={conversation.kind === "direct" ? "people" : isPrivate ? "lock" : "hash"} size={16} /></span>}
        <span className="sidebar-name">
          {titleOf(conversation, me)}
          {partner?.id === me && <span className="quiet"> {strings.sidebar.you}</span>}
        </span>
        {partner && <span className="hidden-text">, {presence === "active" ? strings.sidebar.online
          : presence === "away" ? strings.sidebar.away : strings.sidebar.offline}</span>}
        {unread > 0 && badge === 0 && <span className="hidden-text">, {strings.sidebar.unread(unread)}</span>}
        <Badge count={badge} label={`, ${strings.sidebar.unread(badge)}`} />
      </button>
      {conversation.kind === "direct" && (
        <IconButton icon="close" size={14} className="sidebar-close"
          label={`${strings.channel.closeDirect}: ${titleOf(conversation, me)}`} onClick={close} />
      )}
    </li>
  );
}
