// Pages beside the chat, by the first part of their address: /app/{name}/{rest}. Each is a chunk of its own.

import { lazy, type ComponentType } from "react";

export interface PageProps {
  /** The parts of the address after the page's name. */
  rest: readonly string[];
}

export interface Page {
  component: ComponentType<PageProps>;
  /** Whether it is shown without a session, such as a sign-in link. */
  anonymous?: boolean;
}

export const pages: Readonly<Record<string, Page>> = {
  /** `/app/magic#TOKEN`: the link of a sign-in mail. */
  magic: { component: lazy(() => import("./signin/MagicLink")), anonymous: true },
};
