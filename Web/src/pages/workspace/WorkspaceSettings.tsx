// `/app/workspace/{workspace}/{section}`: a workspace, its people and its programs.

import { lazy, Suspense, type ComponentType } from "react";
import type { Workspace } from "../../api";
import { pageAddress, workspaceAddress } from "../../router/location";
import { useSelector } from "../../store/hooks";
import { texts } from "../../strings/settings";
import type { IconName } from "../../ui/Icon";
import { EmptyState, Skeleton } from "../../ui/States";
import { Frame } from "../parts/Frame";
import type { PageProps } from "../registry";
import { General } from "./General";

export interface SectionProps {
  workspace: Workspace;
}

interface Section {
  id: string;
  label: string;
  icon: IconName;
  component: ComponentType<SectionProps>;
  /** Whether only owners and moderators get there. */
  restricted?: boolean;
}

const sections: readonly Section[] = [
  { id: "general", label: texts.workspace.general, icon: "gear", component: General },
  { id: "members", label: texts.workspace.members, icon: "people", component: lazy(() => import("./Members")) },
  {
    id: "invites", label: texts.workspace.invites, icon: "link", restricted: true, component: lazy(() => import("./Invites")),
  },
  { id: "bots", label: texts.workspace.bots, icon: "robot", component: lazy(() => import("./Bots")) },
  { id: "integrations", label: texts.workspace.integrations, icon: "plug", component: lazy(() => import("./Integrations")) },
  { id: "audit", label: texts.workspace.audit, icon: "list", component: lazy(() => import("./Audit")) },
];

/** Whether somebody looks after the workspace. */
export const canModerate = (workspace: Workspace): boolean =>
  workspace.role === "owner" || workspace.role === "moderator";

export default function WorkspaceSettings({ rest }: PageProps) {
  const [address, wanted] = rest;
  const workspace = useSelector((state) =>
    state.workspaces.find((known) => known.route_id === address || known.id === address) ?? null);
  if (!workspace) {
    return (
      <Frame title={texts.workspace.title} sections={[]} selected="" back="/app">
        <EmptyState title={texts.frame.noAccess} mood="puzzled">{texts.workspace.none}</EmptyState>
      </Frame>
    );
  }
  const open = sections.filter((section) => !section.restricted || canModerate(workspace));
  const shown = wanted === undefined ? open[0] : open.find((section) => section.id === wanted);
  return (
    <Frame title={workspace.name} selected={shown?.id ?? ""} back={workspaceAddress(workspace.route_id)}
      sections={open.map((section) => ({
        id: section.id, label: section.label, icon: section.icon,
        address: pageAddress("workspace", workspace.route_id, section.id),
      }))}>
      <Suspense fallback={<Skeleton />}>
        {shown
          ? <shown.component key={`${workspace.id}-${shown.id}`} workspace={workspace} />
          : <EmptyState title={texts.frame.noAccess} mood="puzzled">{texts.frame.noAccessText}</EmptyState>}
      </Suspense>
    </Frame>
  );
}
