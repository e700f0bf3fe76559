// What can happen. Commands and the realtime connection dispatch these; reducers answer to them.

import type {
  Channel, ChannelPreference, DirectConversation, Message, MessagePage, Place, Reaction, ServerEvent, Thread, Topic, User,
  Workspace,
} from "../api";
import type { Attaching, ConnectionState, Overlay, PendingMessage, RightPane, SessionState, Toast } from "./state";

/** Which page was asked for; without a position, the newest. */
export interface PageRequest {
  /** Only the messages of a topic, and the newest position of the conversation when they were asked for. */
  topicID?: string;
  through?: number;
  before?: number;
  after?: number;
  around?: number;
}

/** Changes of one workspace. `asOf` is the cursor that had been applied when a snapshot was asked for. */
export type SpaceAction =
  | { type: "space/started"; cursor: string }
  | { type: "space/resynced"; cursor: string }
  | { type: "space/connection"; connection: Partial<ConnectionState> }
  | { type: "space/event"; event: ServerEvent; now: number }
  | { type: "space/expired"; now: number }
  | { type: "users/loaded"; users: readonly User[] }
  | { type: "conversations/loaded"; channels: readonly Channel[]; directs: readonly DirectConversation[]; asOf: string }
  | { type: "conversations/added"; channel?: Channel; direct?: DirectConversation }
  | { type: "conversations/read"; conversationID: string; seq: number }
  | { type: "conversations/closed"; conversationID: string }
  | { type: "conversations/mentions"; conversationID: string; seqs: readonly number[]; through: number }
  | { type: "topics/loaded"; topics: readonly Topic[] }
  | { type: "topics/added"; topic: Topic }
  | { type: "pins/loaded"; channelID: string; messages: readonly Message[]; asOf: string }
  | { type: "preferences/loaded"; channelID: string; preference: ChannelPreference }
  | { type: "messages/page"; place: Place; request: PageRequest; page: MessagePage; asOf: string }
  | { type: "messages/snapshot"; message: Message; asOf: string }
  | { type: "messages/gone"; messageID: string; asOf: string }
  | { type: "messages/windowClosed"; key: string }
  | { type: "threads/seen"; rootID: string; asOf: string }
  | { type: "threads/loaded"; rootID: string; thread: Thread; asOf: string }
  | { type: "pending/added"; message: PendingMessage }
  | { type: "pending/sending"; nonce: string }
  | { type: "pending/sent"; nonce: string; message: Message; asOf: string }
  | { type: "pending/failed"; nonce: string; error: string; refused: boolean }
  | { type: "pending/discarded"; nonce: string }
  | { type: "attaching/added"; attaching: Attaching }
  | { type: "attaching/failed"; messageID: string; error: string; refused: boolean }
  | { type: "attaching/ended"; messageID: string }
  | { type: "overlay/added"; overlay: Overlay }
  | { type: "overlay/settled"; id: string; asOf: string; message?: Message; reactions?: readonly Reaction[] }
  | { type: "overlay/dropped"; id: string };

export type UIAction =
  | { type: "ui/opened"; workspaceID: string; conversationID: string | null; newLineAfter: number | null }
  | { type: "ui/right"; right: RightPane | null }
  | { type: "ui/topic"; topicID: string | null }
  | { type: "ui/sidebar"; open: boolean }
  | { type: "ui/landing"; messageID: string | null }
  | { type: "ui/editing"; messageID: string | null }
  /** `placeID` is a conversation or the root of a thread. */
  | { type: "ui/quoting"; placeID: string; messageID: string | null }
  | { type: "ui/newLineCleared" }
  | { type: "ui/toast"; toast: Toast }
  | { type: "ui/toastClosed"; id: number }
  | { type: "ui/updateReady" };

export type Action =
  | { type: "session/changed"; session: SessionState }
  | { type: "workspaces/loaded"; workspaces: readonly Workspace[] }
  | { type: "workspaces/added"; workspace: Workspace }
  | { type: "space"; workspaceID: string; action: SpaceAction }
  | UIAction;
