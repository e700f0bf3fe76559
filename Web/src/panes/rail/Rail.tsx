// The workspaces, and what concerns the person rather than a workspace.

import { chooseTheme, currentTheme, type Theme } from "../../commands/appearance";
import { report } from "../../commands/report";
import { signOut } from "../../commands/session";
import { createWorkspace } from "../../commands/workspaces";
import { go } from "../../router/go";
import { pageAddress } from "../../router/location";
import { navigate } from "../../router/navigation";
import { shallowSame, useSelector } from "../../store/hooks";
import { me, spaceSummary } from "../../store/selectors";
import type { Workspace } from "../../api";
import { strings } from "../../strings";
import { hueOf, initialsOf, Avatar } from "../../ui/Avatar";
import { Badge } from "../../ui/Badge";
import { IconButton } from "../../ui/Button";
import { classes } from "../../ui/classes";
import { MenuButton, type MenuItem } from "../../ui/Menu";
import { askName } from "../../ui/PromptDialog";

export function Rail() {
  const workspaces = useSelector((state) => state.workspaces);
  const user = useSelector(me);
  return (
    <nav className="rail" aria-label={strings.rail.label}>
      <ul>
        {workspaces.map((workspace) => <RailItem key={workspace.id} workspace={workspace} />)}
        <li>
          <IconButton icon="plus" label={strings.rail.add} className="rail-add" onClick={addWorkspace} />
        </li>
      </ul>
      <MenuButton label={strings.rail.account} align="start" className="rail-account" items={accountMenu}>
        <Avatar user={user} />
      </MenuButton>
    </nav>
  );
}

function RailItem({ workspace }: { workspace: Workspace }) {
  const selected = useSelector((state) => state.ui.workspaceID === workspace.id);
  const { unread, badge } = useSelector((state) => spaceSummary(state.spaces[workspace.id]), shallowSame);
  return (
    <li className={classes("rail-item", selected && "selected", unread && "unread")}>
      <button type="button" aria-current={selected || undefined} data-tip={workspace.name}
        onClick={() => go.workspace(workspace.id)}>
        <span className={`rail-icon hue-${hueOf(workspace.id)}`} aria-hidden="true">
          {workspace.icon_url ? <img src={workspace.icon_url} alt="" /> : initialsOf(workspace.name)}
        </span>
        <span className="hidden-text">{workspace.name}{unread ? `, ${strings.rail.unread}` : ""}</span>
        <Badge count={badge} label={strings.rail.badge(badge)} />
      </button>
    </li>
  );
}

function accountMenu(): (MenuItem | null)[] {
  const theme = currentTheme();
  const choice = (id: Theme, label: string, icon: MenuItem["icon"]): MenuItem => ({
    id, label, checked: theme === id, onSelect: () => chooseTheme(id), ...(icon && { icon }),
  });
  return [
    { id: "settings", label: strings.rail.settings, icon: "gear", onSelect: () => navigate(pageAddress("settings")) },
    null,
    choice("system", strings.rail.themeSystem, "palette"),
    choice("light", strings.rail.themeLight, "sun"),
    choice("dark", strings.rail.themeDark, "moon"),
    null,
    { id: "sign-out", label: strings.rail.signOut, icon: "exit", onSelect: () => void signOut() },
  ];
}

function addWorkspace(): void {
  askName({ title: strings.rail.add, label: strings.firstWorkspace.name, action: strings.common.create }, async (name) => {
    try {
      go.workspace((await createWorkspace(name)).id);
    } catch (error) {
      report(error);
    }
  });
}
