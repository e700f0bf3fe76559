import { go } from "../../router/go";
import { activeConversation, useSelector, useSpace } from "../../store/hooks";
import { partnerOf, titleOf } from "../../store/selectors";
import { store } from "../../store/store";
import { strings } from "../../strings";
import { Avatar } from "../../ui/Avatar";
import { IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { usePresence } from "../usePresence";

/** What conversation this is, and the panes beside it. */
export function Heading() {
  const conversation = useSelector(activeConversation);
  const me = useSpace((space) => space.me, "");
  const partner = conversation ? partnerOf(conversation, me) : null;
  const presence = usePresence(partner?.id ?? null);
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
                <Icon name={conversation.kind === "direct" ? "people" : conversation.channel?.private ? "lock" : "hash"} />
                <h1>{title}</h1>
              </span>}
          <span className="heading-actions">
            {conversation.kind === "channel" && (
              <IconButton icon="pin" label={strings.panes.pinsOf} onClick={() => go.pane({ kind: "pins" })} />
            )}
            <IconButton icon="search" label={strings.panes.search} onClick={() => go.pane({ kind: "search", q: "" })} />
          </span>
        </>
      )}
    </header>
  );
}
