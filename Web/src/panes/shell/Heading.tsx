import { useEffect } from "react";
import { loadPreference } from "../../commands/channels";
import { report } from "../../commands/report";
import { go } from "../../router/go";
import { activeConversation, useSelector, useSpace } from "../../store/hooks";
import { partnerOf, titleOf } from "../../store/selectors";
import { store } from "../../store/store";
import { strings } from "../../strings";
import { Avatar } from "../../ui/Avatar";
import { IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { MenuButton } from "../../ui/Menu";
import { conversationMenu, openMembers } from "../channel/menu";
import { usePresence } from "../usePresence";

/** What conversation this is, and the panes beside it. */
export function Heading() {
  const conversation = useSelector(activeConversation);
  const me = useSpace((space) => space.me, "");
  const partner = conversation ? partnerOf(conversation, me) : null;
  const presence = usePresence(partner?.id ?? null);
  const workspaceID = useSelector((state) => state.ui.workspaceID);
  const channel = conversation?.channel ?? null;
  const pins = useSpace((space) => (channel ? space.pins[channel.id]?.ids.length ?? 0 : 0), 0);
  useEffect(() => {
    if (workspaceID && channel) loadPreference(workspaceID, channel.id).catch(report);
  }, [workspaceID, channel?.id]);
  const title = conversation ? titleOf(conversation, me) : "";
  return (
    <header className="heading">
      <IconButton icon="menu" label={strings.sidebar.open} className="only-narrow" data-sidebar
        onClick={() => store.dispatch({ type: "ui/sidebar", open: true })} />
      {conversation && (
        <>
          {partner
            ? <button type="button" className="heading-partner" onClick={() => go.pane({ kind: "profile", userID: partner.id })}>
                <Avatar user={partner} size="small" presence={presence} />
                <h1>{title}</h1>
              </button>
            : <span className="heading-title">
                <Icon name={conversation.kind === "direct" ? "people" : channel?.private ? "lock" : "hash"} />
                <h1>{title}</h1>
                {channel?.private && <span className="hidden-text">({strings.channel.createdPrivate})</span>}
                {channel?.archived_at && <span className="tag tag-quiet">{strings.channel.archived}</span>}
              </span>}
          <span className="heading-actions">
            {channel?.private && (
              <IconButton icon="people" label={strings.channel.members} onClick={() => openMembers(channel)} />
            )}
            {channel && (
              <button type="button" className="icon-button heading-pins" aria-label={strings.panes.pinCount(pins)}
                data-tip={strings.panes.pinsOf} onClick={() => go.pane({ kind: "pins" })}>
                <Icon name="pin" />
                {pins > 0 && <span aria-hidden="true">{pins}</span>}
              </button>
            )}
            <IconButton icon="search" label={strings.panes.search} onClick={() => go.pane({ kind: "search", q: "" })} />
            {workspaceID && (
              <MenuButton label={channel ? strings.channel.menu : strings.channel.directMenu}
                items={() => conversationMenu(workspaceID, conversation)} />
            )}
          </span>
        </>
      )}
    </header>
  );
}
