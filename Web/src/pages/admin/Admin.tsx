// `/app/admin/{section}`: the server itself, for its administrators.

import { lazy, Suspense, type ComponentType } from "react";
import { pageAddress } from "../../router/location";
import { texts } from "../../strings/settings";
import type { IconName } from "../../ui/Icon";
import { EmptyState, ErrorState, Skeleton } from "../../ui/States";
import { Frame } from "../parts/Frame";
import type { PageProps } from "../registry";
import { Overview } from "./Overview";
import { useStatus, type StatusFeed } from "./useStatus";

const sections: readonly { id: string; label: string; icon: IconName; component: ComponentType<{ feed: StatusFeed }> }[] = [
  { id: "overview", label: texts.admin.overview, icon: "gauge", component: Overview },
  { id: "jobs", label: texts.admin.jobs, icon: "list", component: lazy(() => import("./Jobs")) },
];

export default function Admin({ rest }: PageProps) {
  const feed = useStatus();
  const shown = sections.find((section) => section.id === rest[0]) ?? sections[0];
  const refused = feed.error?.status === 403;
  return (
    <Frame title={texts.admin.title} selected={shown?.id ?? ""} back="/app" sections={refused ? [] : sections.map((section) => ({
      id: section.id, label: section.label, icon: section.icon, address: pageAddress("admin", section.id),
    }))}>
      {refused
        ? <EmptyState title={texts.frame.noAccess} mood="puzzled">{texts.admin.notYou}</EmptyState>
        : feed.newest
          ? <Suspense fallback={<Skeleton />}>{shown && <shown.component feed={feed} />}</Suspense>
          : feed.error ? <ErrorState message={feed.error.message} /> : <Skeleton rows={6} />}
    </Frame>
  );
}
