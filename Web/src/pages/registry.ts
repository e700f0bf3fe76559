// Pages beside the chat, by the first part of their address: /app/{name}/{rest}. Each is a chunk of its own.

import { lazy, type ComponentType } from "react";
import { loadPageStyles } from "./styles";

export interface PageProps {
  /** The parts of the address after the page's name. */
  rest: readonly string[];
}

export interface Page {
  component: ComponentType<PageProps>;
  /** Whether it is shown without a session, such as a sign-in link. */
  anonymous?: boolean;
}

type Module = { default: ComponentType<PageProps> };

/** A page with the styles of pages, which the chat does without. */
const styled = (load: () => Promise<Module>) =>
  lazy(async () => (await Promise.all([load(), loadPageStyles()]))[0]);

export const pages: Readonly<Record<string, Page>> = {
  /** `/app/magic#TOKEN`: the link of a sign-in mail. */
  magic: { component: lazy(() => import("./signin/MagicLink")), anonymous: true },
  /** `/app/reset#TOKEN`: a new password. */
  reset: { component: lazy(() => import("./signin/ResetPassword")), anonymous: true },
  /** `/app/invite#TOKEN`: an account that is waiting for its passkey. */
  invite: { component: lazy(() => import("./signin/AccountInvite")), anonymous: true },
  /** `/app/join#TOKEN`: an invitation to a workspace. */
  join: { component: lazy(() => import("./signin/Join")), anonymous: true },
  /** `/app/settings/{section}`: one's own account. */
  settings: { component: styled(() => import("./settings/Settings")) },
  /** `/app/workspace/{workspace}/{section}`: a workspace and its members. */
  workspace: { component: styled(() => import("./workspace/WorkspaceSettings")) },
  /** `/app/admin/{section}`: the server itself. */
  admin: { component: styled(() => import("./admin/Admin")) },
};
