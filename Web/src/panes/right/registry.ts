// The panes beside a conversation. A new one is a member of `RightPane` in store/state.ts and an entry here.

import { lazy, type ComponentType } from "react";
import type { RightPane } from "../../store/state";
import { strings } from "../../strings";
import { ThreadPane } from "./ThreadPane";

type PaneOf<Kind extends RightPane["kind"]> = Extract<RightPane, { kind: Kind }>;

export type RightPaneProps<Kind extends RightPane["kind"]> = { pane: PaneOf<Kind>; workspaceID: string };

export const rightPanes: {
  readonly [Kind in RightPane["kind"]]: { title: string; component: ComponentType<RightPaneProps<Kind>> };
} = {
  thread: { title: strings.panes.thread, component: ThreadPane },
  search: { title: strings.panes.search, component: lazy(() => import("./SearchPane")) },
  pins: { title: strings.panes.pins, component: lazy(() => import("./PinsPane")) },
  profile: { title: strings.panes.profile, component: lazy(() => import("./ProfilePane")) },
};
