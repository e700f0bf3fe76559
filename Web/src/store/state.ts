// Everything the client knows. Plain data, changed only by reducers.

import type {
  Channel, ChannelPreference, DirectConversation, Message, Place, Reaction, ThreadState, Topic, Upload, User, Workspace,
} from "../api";

export interface State {
  session: SessionState;
  workspaces: Workspace[];
  /** What is known of each workspace, by its id. */
  spaces: Readonly<Record<string, Space>>;
  ui: UIState;
}

export type SessionState =
  | { status: "loading" }
  | { status: "signedOut" }
  | { status: "failed"; message: string }
  | { status: "signedIn"; me: User };

/** One workspace: a projection of REST snapshots, its event log and what was sent but not yet confirmed. */
export interface Space {
  id: string;
  /** The id of the person at this browser. */
  me: string;
  /** The last durable event that was applied. Cursors grow, so they can be compared as text. */
  cursor: string;
  connection: ConnectionState;
  users: Readonly<Record<string, User>>;
  conversations: Readonly<Record<string, Conversation>>;
  /** Up to which event the list of conversations is known, and the last event that may have changed it. */
  conversationsAsOf: string | null;
  conversationsTouched: string;
  messages: Readonly<Record<string, MessageEntry>>;
  /** The last event about each message, and about each message's thread. See `Touched`. */
  touched: Touched;
  threadTouched: Touched;
  windows: Readonly<Record<string, Window>>;
  threads: Readonly<Record<string, ThreadEntry>>;
  threadMentions: readonly ThreadMention[];
  pending: readonly PendingMessage[];
  /** Files on their way to messages that are there, by the message's id. */
  attaching: Readonly<Record<string, Attaching>>;
  overlays: readonly Overlay[];
  typing: readonly Typing[];
  presence: Readonly<Record<string, Presence>>;
  /** What agents say that they are doing. */
  progress: readonly Progress[];
  /** The pinned messages of each channel that was looked at, and the last event about them. */
  pins: Readonly<Record<string, PinList>>;
  pinsTouched: Readonly<Record<string, string>>;
  /** The topics of the workspace, and whether they must be loaded: no event tells of them, only messages do. */
  topics: readonly Topic[];
  topicsWanted: boolean;
  /** Which channels may notify; what is not known here is "all". */
  preferences: Readonly<Record<string, ChannelPreference>>;
}

export type ConnectionPhase = "idle" | "connecting" | "live" | "waiting" | "refused";

export interface ConnectionState {
  phase: ConnectionPhase;
  /** When the next attempt is made, in milliseconds since 1970, in the phase `waiting`. */
  retryAt: number;
  transport: "websocket" | "sse";
  /** Whether it has ever been live: the first connection is not announced. */
  wasLive: boolean;
}

/**
 * The cursor of the last event about each id. Bounded: what was dropped is covered by `floor`, so that a snapshot from
 * before it counts as outdated.
 */
export interface Touched {
  byID: Readonly<Record<string, string>>;
  floor: string;
}

export interface Conversation extends Place {
  routeID: string;
  channel: Channel | null;
  direct: DirectConversation | null;
  lastSeq: number;
  /** How far it has been read: the server's word or this client's, whichever is further. */
  readSeq: number;
  /** How far the log says that it has been read. */
  confirmedSeq: number;
  /** The server's count, and the positions that it was counted at. */
  counted: { unread: number; lastSeq: number; readSeq: number };
  /** Positions after `counted.lastSeq` of messages by others. */
  arrived: readonly number[];
  /** Positions of messages that mention me, and the position up to which they are known. */
  mentions: readonly number[];
  mentionsThrough: number;
  /** A direct conversation that is not in the list until somebody writes or it is opened again. */
  closed: boolean;
}

/** A message and the event up to which it is known. */
export interface MessageEntry {
  message: Message;
  asOf: string;
  threadState: ThreadState | null;
  threadAsOf: string;
}

/** The loaded part of a conversation: a range of positions without gap. */
export interface Window {
  ids: readonly string[];
  oldest: number;
  newest: number;
  hasOlder: boolean;
  /** Whether it reaches to the newest message and follows it. */
  live: boolean;
}

/** Names the window of a conversation, or of one topic of it. */
export const windowKey = (conversationID: string, topicID: string | null = null): string =>
  topicID === null ? conversationID : `${conversationID} ${topicID}`;

export interface PinList {
  ids: readonly string[];
  asOf: string;
}

export interface ThreadEntry {
  rootID: string;
  replyIDs: readonly string[];
  asOf: string;
}

/** A reply that mentions me in a thread that was not seen since: its event, root and conversation. */
export interface ThreadMention {
  cursor: string;
  rootID: string;
  placeID: string;
}

/** A message on its way. `sent` ones wait for their place in the window. */
export interface PendingMessage {
  nonce: string;
  place: Place;
  rootID: string | null;
  body: string;
  quotedMessageID: string | null;
  topicID: string | null;
  createdAt: string;
  state: "sending" | "failed" | "sent";
  /** Its position, once it is sent. */
  seq: number;
  error: string;
  /** Whether the server would refuse it again, so that only a person tries it again. */
  refused: boolean;
  /** Uploads to attach once the message is there. */
  uploads: readonly Upload[];
}

/** Files that belong to a message but are not attached yet. */
export interface Attaching {
  messageID: string;
  /** The message's nonce: the name of the outbox's entry. */
  nonce: string;
  uploads: readonly Upload[];
  state: "sending" | "failed";
  error: string;
  refused: boolean;
}

/** What a message will look like when the server has agreed. */
export type Overlay = { id: string; messageID: string } & (
  | { kind: "edit"; body: string }
  | { kind: "delete" }
  | { kind: "reaction"; emoji: string; on: boolean }
);

export interface Typing {
  placeID: string;
  userID: string;
  until: number;
}

export interface Progress {
  placeID: string;
  userID: string;
  text: string;
  until: number;
}

export interface Presence {
  status: string;
  until: number;
}

/** What the right pane shows. A new kind of pane is a new member here and an entry in panes/right/registry. */
export type RightPane =
  | { kind: "thread"; rootID: string }
  | { kind: "search"; q: string; within?: string }
  | { kind: "pins"; conversationID: string }
  | { kind: "profile"; userID: string };

export interface UIState {
  workspaceID: string | null;
  conversationID: string | null;
  /** Only this topic of the conversation is shown, and what is written belongs to it. */
  topicID: string | null;
  right: RightPane | null;
  sidebarOpen: boolean;
  /** The message to land on and to highlight; `request` tells repeated requests apart. */
  landing: { messageID: string; request: number } | null;
  /** Where unread messages began when the conversation was opened. */
  newLine: { conversationID: string; afterSeq: number } | null;
  /** The message that is being edited. */
  editing: string | null;
  /** The message that each composer quotes, by what it writes to: a conversation or the root of a thread. */
  quoting: Readonly<Record<string, string>>;
  toasts: readonly Toast[];
  /** The server has a newer client than this one. */
  updateReady: boolean;
}

export interface Toast {
  id: number;
  tone: "error" | "info" | "success";
  text: string;
}

export const initialUI: UIState = {
  workspaceID: null, conversationID: null, topicID: null, right: null, sidebarOpen: false, landing: null, newLine: null, editing: null,
  quoting: {}, toasts: [], updateReady: false,
};

export const initialState: State = { session: { status: "loading" }, workspaces: [], spaces: {}, ui: initialUI };

export function emptySpace(id: string, me: string): Space {
  const none: Touched = { byID: {}, floor: "" };
  return {
    id, me, cursor: "", connection: { phase: "idle", retryAt: 0, transport: "websocket", wasLive: false }, users: {},
    conversations: {}, conversationsAsOf: null, conversationsTouched: "", messages: {}, touched: none,
    threadTouched: none, windows: {}, threads: {}, threadMentions: [], pending: [], attaching: {}, overlays: [], typing: [], presence: {}, progress: [],
    pins: {}, pinsTouched: {}, topics: [], topicsWanted: true, preferences: {},
  };
}

export type { Reaction };
