// The conversations of a workspace.

import { useMemo, type ReactNode } from "react";
import { go } from "../../router/go";
import { pageAddress } from "../../router/location";
import { navigate } from "../../router/navigation";
import { useSelector, useSpace } from "../../store/hooks";
import { sidebarSections } from "../../store/selectors";
import { strings } from "../../strings";
import { IconButton } from "../../ui/Button";
import { Icon } from "../../ui/Icon";
import { Skeleton } from "../../ui/States";
import { newChannel } from "./NewChannel";
import { newDirect } from "./NewDirect";
import { SidebarItem } from "./SidebarItem";
import { useCollapsed } from "./useCollapsed";

export function Sidebar() {
  const workspace = useSelector((state) => state.workspaces.find((known) => known.id === state.ui.workspaceID) ?? null);
  const conversations = useSpace((space) => space.conversations, null);
  const loaded = useSpace((space) => space.conversationsAsOf !== null, false);
  const space = useSelector((state) => (state.ui.workspaceID ? state.spaces[state.ui.workspaceID] ?? null : null));
  const lists = useMemo(() => (space ? sidebarSections(space) : null), [conversations]);
  const canManage = workspace?.role !== "guest";
  return (
    <nav className="sidebar" aria-label={strings.sidebar.label}>
      <header className="sidebar-head">
        <h2>{workspace?.name ?? strings.product}</h2>
        {workspace && (
          <IconButton icon="gear" label={strings.sidebar.settings}
            onClick={() => navigate(pageAddress("workspace", workspace.route_id))} />
        )}
      </header>
      <button type="button" className="sidebar-search" onClick={() => go.pane({ kind: "search", q: "" })}>
        <Icon name="search" size={16} />
        <span>{strings.sidebar.search}</span>
        <kbd>Ctrl F</kbd>
      </button>
      {!loaded && <Skeleton rows={5} />}
      {loaded && lists && (
        <div className="sidebar-scroll">
          {(lists.sections.length ? lists.sections : [{ name: "", conversations: [] }]).map((section, index) => (
            <Section key={section.name || "channels"} name={section.name || strings.sidebar.channels}
              action={index === 0 && canManage && (
                <IconButton icon="plus" size={16} label={strings.sidebar.newChannel} onClick={newChannel} />
              )}>
              {section.conversations.map((conversation) => (
                <SidebarItem key={conversation.id} id={conversation.id} />
              ))}
            </Section>
          ))}
          <Section name={strings.sidebar.directs}
            action={canManage && <IconButton icon="plus" size={16} label={strings.sidebar.newDirect} onClick={newDirect} />}>
            {lists.directs.map((conversation) => <SidebarItem key={conversation.id} id={conversation.id} />)}
            {!lists.directs.length && <li className="sidebar-hint">{strings.sidebar.emptyDirects}</li>}
          </Section>
          {lists.archived.length > 0 && (
            <Section name={strings.sidebar.archived} startsCollapsed>
              {lists.archived.map((conversation) => <SidebarItem key={conversation.id} id={conversation.id} />)}
            </Section>
          )}
        </div>
      )}
    </nav>
  );
}

function Section({ name, action, children, startsCollapsed = false }: {
  name: string; action?: ReactNode; children: ReactNode; startsCollapsed?: boolean;
}) {
  const [collapsed, toggle] = useCollapsed(name, startsCollapsed);
  return (
    <section className="sidebar-section">
      <header>
        <h3>
          <button type="button" aria-expanded={!collapsed} onClick={toggle}>
            <Icon name="chevron" size={12} />
            {name}
          </button>
        </h3>
        {action}
      </header>
      {!collapsed && <ul>{children}</ul>}
    </section>
  );
}
