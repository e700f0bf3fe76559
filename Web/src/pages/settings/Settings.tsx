// `/app/settings/{section}`: one's own account.

import { lazy, Suspense, type ComponentType } from "react";
import { pageAddress } from "../../router/location";
import { useSelector } from "../../store/hooks";
import { texts } from "../../strings/settings";
import type { IconName } from "../../ui/Icon";
import { Skeleton } from "../../ui/States";
import { Frame, type FrameSection } from "../parts/Frame";
import type { PageProps } from "../registry";
import { Profile } from "./Profile";
import { useIsAdministrator } from "./useIsAdministrator";
import { useMe } from "./useMe";

const sections: readonly { id: string; label: string; icon: IconName; component: ComponentType }[] = [
  { id: "profile", label: texts.account.profile, icon: "person", component: Profile },
  { id: "appearance", label: texts.account.appearance, icon: "palette", component: lazy(() => import("./Appearance")) },
  { id: "notifications", label: texts.account.notifications, icon: "bell", component: lazy(() => import("./Notifications")) },
  { id: "security", label: texts.account.security, icon: "shield", component: lazy(() => import("./Security")) },
  { id: "bots", label: texts.account.bots, icon: "robot", component: lazy(() => import("./OwnBots")) },
];

export default function Settings({ rest }: PageProps) {
  const workspaces = useSelector((state) => state.workspaces);
  const isAdministrator = useIsAdministrator(useMe().id);
  const shown = sections.find((section) => section.id === rest[0]) ?? sections[0];
  const links: (FrameSection | string)[] = sections.map((section) => ({
    id: section.id, label: section.label, icon: section.icon, address: pageAddress("settings", section.id),
  }));
  if (workspaces.length) links.push(texts.account.workspaces);
  for (const workspace of workspaces) {
    links.push({
      id: workspace.id, label: workspace.name, icon: "people", address: pageAddress("workspace", workspace.route_id),
    });
  }
  if (isAdministrator) {
    links.push(texts.admin.title);
    links.push({ id: "admin", label: texts.account.server, icon: "gauge", address: pageAddress("admin") });
  }
  return (
    <Frame title={texts.account.title} sections={links} selected={shown?.id ?? ""} back="/app">
      <Suspense fallback={<Skeleton />}>{shown && <shown.component />}</Suspense>
    </Frame>
  );
}
