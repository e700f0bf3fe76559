// Every text of the client. A translation is another module of this type.

const plural = (count: number, one: string, many: string) => (count === 1 ? one : many);

export const en = {
  product: "ClickClack",
  errors: {
    unreachable: "The server can't be reached.",
    unreadable: "The server's answer can't be read.",
    unexpected: "Something went wrong.",
    status: (status: number) => `The server answered ${status}.`,
    noSuchPlace: "There is no such place, or it is not open to you.",
    title: "Something went wrong",
    broken: "This part of the page failed, or the server has a newer version. Loading the page again helps.",
    tryAgain: "Try again",
  },
  common: {
    cancel: "Cancel", close: "Close", save: "Save", remove: "Delete", retry: "Retry", loading: "Loading…", more: "More",
    back: "Back", create: "Create", you: "you", dismiss: "Dismiss", showMore: "Show more",
  },
  signIn: {
    title: "Come on in",
    intro: "Sign in to your team's chat.",
    email: "E-mail",
    password: "Password",
    withPassword: "Sign in",
    sendLink: "Send me a link",
    linkSent: "If that address has an account, a link is on its way. You can also paste its code here.",
    code: "Sign-in code",
    useCode: "Use the code",
    haveCode: "I have a code",
    development: "Continue as developer",
    or: "or",
    with: (name: string) => `Continue with ${name}`,
    working: "Signing in…",
  },
  firstWorkspace: {
    title: "A fresh tide pool",
    intro: "You are not in any workspace yet. Make one, or ask a team for an invitation.",
    name: "Name of the workspace",
    create: "Create workspace",
  },
  rail: {
    label: "Workspaces", unread: "unread messages", badge: (count: number) => `${count} for you`, add: "New workspace",
    theme: "Theme", themeSystem: "Same as the system", themeLight: "Light", themeDark: "Dark", account: "Your account",
    signOut: "Sign out", settings: "Settings",
  },
  sidebar: {
    label: "Conversations", channels: "Channels", directs: "Direct messages", archived: "Archived",
    newChannel: "New channel", newDirect: "New direct message", channelName: "Name", open: "Open the sidebar",
    close: "Close the sidebar", search: "Search", you: "(you)", private: "private",
    privateChannel: "Private: only invited people see it",
    emptyDirects: "Nobody here yet.", findPerson: "Find a person", nobody: "Nobody is called that.",
    unread: (count: number) => `${count} unread`, online: "here", away: "away", offline: "not here",
    jump: "Jump to…",
  },
  timeline: {
    label: "Messages", today: "Today", yesterday: "Yesterday", newMessages: "New messages", latest: "Jump to latest",
    newBelow: (count: number) => `${count} new ${plural(count, "message", "messages")}`,
    beginning: (title: string) => `This is the very beginning of ${title}`,
    beginningHint: "Say something. Somebody will click back.",
    nothingShown: "No conversation yet", nothingHint: "Make a channel or write to someone.",
    loadFailed: "These messages could not be loaded.",
    typing: (names: readonly string[]) =>
      names.length === 0 ? ""
      : names.length === 1 ? `${names[0]} is typing…`
      : names.length === 2 ? `${names[0]} and ${names[1]} are typing…`
      : "Several people are typing…",
  },
  message: {
    edited: "edited", deleted: "This message was deleted.", sending: "sending…", failed: "Not sent.",
    retry: "Send again", discard: "Discard", actions: "Message actions", react: "Add a reaction", reply: "Reply in thread",
    edit: "Edit", remove: "Delete", removeTitle: "Delete this message?",
    removeText: "Nobody will be able to read it any more.",
    copyLink: "Copy link", copyText: "Copy text", quote: "Quote", pin: "Pin", unpin: "Unpin",
    linkCopied: "Link copied", textCopied: "Text copied", pinned: "Pinned", unpinned: "Unpinned",
    replies: (count: number) => `${count} ${plural(count, "reply", "replies")}`, lastReply: (when: string) => `last ${when}`,
    reactionBy: (emoji: string, count: number, mine: boolean) =>
      `${emoji} ${count}${mine ? ", including yours" : ""}`,
    taskDone: "done", taskOpen: "to do",
    bot: "bot", unknownAuthor: "Somebody", copyCode: "Copy",
  },
  composer: {
    placeholder: (title: string) => `Message ${title}`, reply: "Reply", send: "Send", editing: "Editing a message",
    quoting: (name: string) => `Quoting ${name}`, cannotSend: "You can't write here.",
    save: "Save changes", hint: "Enter sends, Shift+Enter makes a new line",
  },
  panes: {
    thread: "Thread", search: "Search", pins: "Pinned messages", profile: "Profile",
    emptyThread: "No replies yet. Start it off.", emptyPins: "Nothing is pinned here.",
    emptySearch: "Type to search all messages you can read.", noResults: "Nothing found.",
    searchPlaceholder: "Search messages", sortRelevance: "Best match", sortNewest: "Newest",
    message: "Send a message", role: "Handle", since: "Member since", inChannel: (name: string) => `in ${name}`,
    inThread: "in a thread", direct: "a direct message", show: "Show in conversation", pinsOf: "Pins",
  },
  emoji: {
    picker: "Emoji", search: "Search emoji", recent: "Recent", none: "No such emoji.",
  },
  connection: {
    connecting: "Connecting…", waiting: "Connection lost. Trying again in", waitingNow: "Connection lost. Trying again…",
    refused: "You no longer have access to this workspace.", fallback: "Live by event stream", offline: "You are offline.",
    retryNow: "Try now",
  },
  update: { ready: "A new version of ClickClack is here.", reload: "Reload" },
  seconds: (count: number) => `${count} s`,
};

export type Strings = typeof en;
