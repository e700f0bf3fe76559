// The shapes of the wire contract that the client reads. Fields that may be missing are optional.

export type Role = "owner" | "moderator" | "member" | "guest" | "bot";

export interface User {
  id: string;
  kind: "human" | "bot";
  owner_user_id?: string;
  display_name: string;
  handle: string;
  former_handle?: string;
  deleted_at?: string;
  avatar_url: string;
  created_at: string;
  notification_settings?: NotificationSettings;
  appearance_preferences?: AppearancePreferences;
}

export interface NotificationSettings {
  pushover_enabled: boolean;
  pushover_user_key: string;
}

export interface AppearancePreferences {
  color_mode?: "" | "light" | "dark";
  board_theme?: "" | "ember" | "moss" | "iris";
  message_layout?: "" | "outlined";
  density?: "" | "compact";
}

export interface Workspace {
  id: string;
  route_id: string;
  name: string;
  slug: string;
  icon_url: string;
  created_at: string;
  role?: Role;
}

export interface WorkspaceMember {
  workspace_id: string;
  user: User;
  role: Role;
  joined_at: string;
}

export interface MemberPage {
  members: WorkspaceMember[];
  next_cursor?: string;
  has_more: boolean;
  total_count?: number;
}

export interface Channel {
  id: string;
  route_id: string;
  workspace_id: string;
  name: string;
  display_title?: string;
  kind: string;
  private?: boolean;
  created_at: string;
  archived_at?: string;
  external_managed: boolean;
  external_ref?: string;
  external_url?: string;
  sidebar_section?: string;
  last_seq?: number;
  last_read_seq?: number;
  unread_count?: number;
}

/** Which messages of a channel notify. */
export type ChannelPreference = "all" | "mentions" | "muted";

export interface Topic {
  id: string;
  workspace_id: string;
  /** Only in this channel; without it, in the whole workspace. */
  channel_id?: string;
  name: string;
  created_by: string;
  created_at: string;
}

export interface DirectConversation {
  id: string;
  route_id: string;
  workspace_id: string;
  created_at: string;
  members: User[];
  can_send: boolean;
  last_seq?: number;
  last_read_seq?: number;
  unread_count?: number;
}

export interface ThreadState {
  root_message_id: string;
  reply_count: number;
  last_reply_at?: string;
  last_reply_author_ids: string[];
}

export interface Reaction {
  emoji: string;
  count: number;
  reacted_by_me: boolean;
}

export interface Upload {
  id: string;
  workspace_id: string;
  owner_id: string;
  nonce?: string;
  filename: string;
  content_type: string;
  byte_size: number;
  width?: number;
  height?: number;
  duration_ms?: number;
  created_at: string;
}

export interface Message {
  id: string;
  route_id?: string;
  workspace_id: string;
  channel_id?: string;
  direct_conversation_id?: string;
  author_id: string;
  parent_message_id?: string;
  thread_root_id: string;
  topic_id?: string;
  channel_seq?: number;
  thread_seq?: number;
  body: string;
  body_format: "markdown";
  created_at: string;
  edited_at?: string;
  deleted_at?: string;
  kind?: "message" | "agent_commentary" | "agent_tool";
  turn_id?: string;
  author?: User;
  quoted_message_id?: string;
  quoted_body_snapshot?: string;
  quoted_author_id?: string;
  quoted_author?: User;
  thread_state?: ThreadState;
  nonce?: string;
  reactions?: Reaction[];
  attachments?: Upload[];
}

/** A command of an integration: the server asks its callback and posts or tells the answer. */
export interface SlashCommand {
  id: string;
  command: string;
  description: string;
  bot_user_id: string;
}

/** A command that a bot understands when it reads it in a message. */
export interface BotCommand {
  id: string;
  command: string;
  description: string;
  args_hint: string;
  bot: { id: string; handle: string; display_name: string; avatar_url: string };
}

/** What a command answered: to everybody as a message, or only to who typed it. */
export interface CommandAnswer {
  response_type: "in_channel" | "ephemeral";
  text: string;
  message?: Message;
  event?: ServerEvent;
}

export interface MessagePage {
  messages: Message[];
  oldest_seq: number;
  newest_seq: number;
  has_older: boolean;
  has_newer: boolean;
}

export interface Thread {
  root: Message;
  replies: Message[];
  thread_state: ThreadState;
}

/** A durable event has a cursor; an ephemeral one has an empty cursor. */
export interface ServerEvent {
  id: string;
  cursor: string;
  type: string;
  workspace_id: string;
  channel_id?: string;
  seq?: number;
  created_at: string;
  payload: Record<string, unknown> | null;
  mentioned_user_ids?: string[];
}

export interface RouteTarget {
  workspace_id: string;
  workspace_route_id: string;
  target_type: "channel" | "direct" | "thread";
  target_id: string;
  target_route_id: string;
  parent_type?: "channel" | "direct";
  parent_id?: string;
  parent_route_id?: string;
  canonical_path: string;
}

export interface SearchHighlight {
  start: number;
  end: number;
}

export interface SearchResult {
  id: string;
  workspace_id: string;
  channel_id?: string;
  channel_name?: string;
  direct_conversation_id?: string;
  author: User;
  parent_message_id?: string;
  thread_root_id: string;
  channel_seq?: number;
  thread_seq?: number;
  created_at: string;
  edited_at?: string;
  reply_count: number;
  last_reply_at?: string;
  snippet: string;
  highlights: SearchHighlight[];
}

export interface SearchPage {
  results: SearchResult[];
  next_cursor: string | null;
}

export interface SignInProvider {
  id: string;
  name: string;
  start_url: string;
}

export interface SignInMethods {
  magic_link: boolean;
  password: boolean;
  passkey: boolean;
  development: boolean;
  providers: SignInProvider[];
}

export interface Session {
  token: string;
  user: User;
}

export interface MessageMutation {
  message: Message;
  event?: ServerEvent;
  events?: ServerEvent[] | null;
}

export interface ReactionMutation {
  event: ServerEvent;
  reactions: Reaction[];
}
