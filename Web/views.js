// Draws the parts of the page from the state. Text reaches the page as text nodes only.

import { dayOf, formatBody, formatSnippet, fullTimeOf, timeOf } from "/assets/format.js";
import { state } from "/assets/state.js";

const REACTIONS = ["👍", "❤️", "😂", "🎉", "👀", "✅"];
const GROUP_MS = 5 * 60_000;

// h("button.primary", {onclick, title}, "Text", node): an element with classes, properties and children.
export function h(name, properties = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key.startsWith("aria-") || key === "role" || key.startsWith("data-")) node.setAttribute(key, value);
    else node[key] = value;
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const iconButton = (label, sign, onclick) =>
  h("button.icon", { type: "button", title: label, "aria-label": label, onclick }, sign);

const countOfReplies = (count) => `${count} ${count === 1 ? "reply" : "replies"}`;

// Pictures that could not be loaded are not asked for again until the page is.
const broken = new Set();
const safeImage = (url) => (/^https?:\/\//.test(url ?? "") && !broken.has(url) ? url : null);

function avatar(user) {
  const name = user?.display_name ?? "?";
  const url = safeImage(user?.avatar_url);
  const letter = h("span.letter", { "aria-hidden": "true" }, Array.from(name)[0]?.toUpperCase() ?? "?");
  const tone = Array.from(user?.id ?? "").reduce((sum, character) => sum + character.codePointAt(0), 0) % 6;
  const node = h(`span.avatar.tone-${tone}`, {}, letter);
  if (url) {
    const image = h("img", { src: url, alt: "", loading: "lazy", referrerPolicy: "no-referrer" });
    image.addEventListener("error", () => {
      broken.add(url);
      image.remove();
    });
    node.append(image);
  }
  return node;
}

export function sidebar(actions) {
  const section = (title, kind, onAdd) => {
    const entries = state.conversations.filter((entry) => entry.kind === kind && !entry.archived_at);
    return h("section", {},
      h("h2", {}, title, iconButton(`Add to ${title}`, "+", onAdd)),
      h("ul", {}, entries.map((entry) => conversationItem(entry, actions))));
  };
  return [
    h("header", {},
      h("select", { "aria-label": "Workspace", onchange: (event) => actions.openWorkspace(event.target.value) },
        state.workspaces.map((workspace) =>
          h("option", { value: workspace.id, selected: workspace.id === state.workspace?.id }, workspace.name))),
      iconButton("Jump to (Ctrl+K)", "⌕", actions.jump)),
    h("nav", { "aria-label": "Conversations" },
      section("Channels", "channel", actions.addChannel),
      section("Direct messages", "direct", actions.addDirect)),
    h("footer", {}, avatar(state.me), h("span.name", {}, state.me.display_name),
      iconButton("Light or dark", "◐", actions.toggleTheme)),
  ];
}

function markOf(entry) {
  if (entry.kind === "channel") return "#";
  return entry.person?.kind === "bot" ? "◆" : "●";
}

function conversationItem(entry, actions) {
  const unread = entry.unread_count ?? 0;
  const isCurrent = entry.id === state.current?.id;
  return h("li", {},
    h(`button.conversation${unread ? ".unread" : ""}`, {
      "aria-current": isCurrent ? "page" : null,
      onclick: () => actions.open(entry.id),
    },
    h("span.mark", { "aria-hidden": "true" }, markOf(entry)),
    h("span.title", {}, entry.title),
    unread ? h("span.badge", { "aria-label": `${unread} unread` }, unread > 99 ? "99+" : String(unread)) : null));
}

export function heading(actions) {
  const current = state.current;
  return [
    h("button.icon.menu", { "aria-label": "Conversations", onclick: actions.toggleSidebar }, "☰"),
    h("h1", {}, current ? `${current.kind === "channel" ? "# " : ""}${current.title}` : ""),
    connection(),
    h("form.search", { role: "search", onsubmit: actions.search },
      h("input", {
        type: "search", name: "q", placeholder: "Search", "aria-label": "Search messages", maxLength: 500,
      })),
  ];
}

function connection() {
  const text = {
    live: "Live",
    connecting: "Connecting…",
    waiting: "Offline, retrying",
    refused: "No access",
    resync: "Catching up…",
  }[state.connection.state];
  return h(`span.connection.${state.connection.state}`, { role: "status", title: text }, h("i"), h("span", {}, text));
}

// The timeline's children, in order. Elements of messages that did not change are used again, which keeps selections,
// menus and the reading position.
const drawn = new Map();

export function timeline(actions) {
  const children = [];
  if (state.hasOlder) children.push(h("button.more", { onclick: actions.loadOlder }, "Earlier messages"));
  let day = "";
  let previous = null;
  let marked = false;
  const used = new Set();
  for (const message of state.messages) {
    const today = dayOf(message.created_at);
    if (today !== day) {
      children.push(h("div.day", { role: "separator" }, h("span", {}, today)));
      day = today;
      previous = null;
    }
    if (!marked && state.readSeq !== null && message.channel_seq > state.readSeq && message.author_id !== state.me.id) {
      children.push(h("div.new", { role: "separator" }, h("span", {}, "New")));
      marked = true;
      previous = null;
    }
    const grouped = previous !== null && previous.author_id === message.author_id && !message.quoted_message_id &&
      new Date(message.created_at) - new Date(previous.created_at) < GROUP_MS;
    children.push(reuse(`t${message.id}`, [message, grouped], used, () => messageItem(message, grouped, actions)));
    previous = message;
  }
  for (const key of [...drawn.keys()]) {
    if (key.startsWith("t") && !used.has(key)) drawn.delete(key);
  }
  if (state.hasNewer) children.push(h("button.more", { onclick: actions.loadNewest }, "Newest messages"));
  for (const draft of state.pending) {
    if (draft.conversation === state.current?.id) children.push(pendingItem(draft, actions));
  }
  if (children.length === 0) children.push(h("p.empty", {}, "Nothing here yet. Say hello."));
  return children;
}

function reuse(key, parts, used, make) {
  used.add(key);
  const signature = JSON.stringify(parts);
  const known = drawn.get(key);
  if (known?.signature === signature) return known.node;
  const node = make();
  drawn.set(key, { signature, node });
  return node;
}

export function forgetDrawn() {
  drawn.clear();
}

function messageItem(message, grouped, actions, inThread = false) {
  const { id, author_id: authorID, created_at: createdAt } = message;
  const author = message.author ?? state.names.get(authorID) ?? { id: authorID, display_name: "Someone" };
  const time = h("time", { dateTime: createdAt, title: fullTimeOf(createdAt) }, timeOf(createdAt));
  const own = message.author_id === state.me.id;
  const body = message.deleted_at
    ? h("div.body.deleted", {}, "This message was deleted.")
    : h("div.body", {}, formatBody(message.body),
      message.edited_at ? h("span.edited", { title: fullTimeOf(message.edited_at) }, " (edited)") : null);
  const replies = message.thread_state?.reply_count ?? 0;
  return h(`article.message${grouped ? ".grouped" : ""}${message.kind !== "message" ? ".activity" : ""}`, {
    id: `${inThread ? "reply" : "message"}-${message.id}`,
    tabIndex: -1,
  },
  grouped ? h("span.gutter", {}, time) : avatar(author),
  h("div.content", {},
    grouped ? null : h("header", {}, h("strong", {}, author.display_name),
      author.kind === "bot" ? h("span.tag", {}, "bot") : null, time),
    message.quoted_message_id ? h("blockquote", {}, message.quoted_body_snapshot ?? "") : null,
    body,
    reactionRow(message, actions),
    !inThread && replies > 0
      ? h("button.replies", { onclick: () => actions.openThread(id) }, countOfReplies(replies))
      : null),
  message.deleted_at ? null : h("div.tools", { role: "toolbar", "aria-label": "Message" },
    iconButton("React", "☺", (event) => pickReaction(event, message, actions)),
    inThread ? null : iconButton("Reply in thread", "↩", () => actions.openThread(id)),
    own ? iconButton("Edit", "✎", () => actions.edit(message)) : null,
    own ? iconButton("Delete", "✕", () => actions.remove(message)) : null));
}

function reactionRow(message, actions) {
  if (!message.reactions?.length) return null;
  return h("div.reactions", {}, message.reactions.map((reaction) =>
    h("button.reaction", {
      "aria-pressed": String(reaction.reacted_by_me),
      onclick: () => actions.toggleReaction(message, reaction.emoji, reaction.reacted_by_me),
    }, h("span", {}, reaction.emoji), h("b", {}, String(reaction.count)))));
}

function pickReaction(event, message, actions) {
  document.querySelector(".palette")?.remove();
  const tools = event.currentTarget.parentElement;
  const palette = h("div.palette", { role: "menu" }, REACTIONS.map((emoji) =>
    h("button.icon", {
      role: "menuitem",
      "aria-label": emoji,
      onclick: () => {
        palette.remove();
        const mine = message.reactions?.some((reaction) => reaction.emoji === emoji && reaction.reacted_by_me);
        actions.toggleReaction(message, emoji, Boolean(mine));
      },
    }, emoji)));
  tools.append(palette);
  palette.firstChild.focus();
  palette.addEventListener("focusout", ({ relatedTarget }) => {
    if (!palette.contains(relatedTarget)) palette.remove();
  });
}

function pendingItem(draft, actions) {
  return h(`article.message.pending${draft.error ? ".failed" : ""}`, {},
    avatar(state.me),
    h("div.content", {},
      h("header", {}, h("strong", {}, state.me.display_name), h("span.note", {}, draft.error || "Sending…")),
      h("div.body", {}, formatBody(draft.body)),
      draft.error
        ? h("div.reactions", {},
          h("button", { onclick: () => actions.retry(draft) }, "Try again"),
          h("button", { onclick: () => actions.discard(draft) }, "Discard"))
        : null));
}

export function typing() {
  const here = state.typing.get(state.current?.id);
  const now = Date.now();
  const names = here
    ? [...here].filter(([user, until]) => until > now && user !== state.me.id)
      .map(([user]) => state.names.get(user)?.display_name ?? "Someone")
    : [];
  if (names.length === 0) return "";
  if (names.length > 2) return "Several people are typing…";
  return `${names.join(" and ")} ${names.length === 1 ? "is" : "are"} typing…`;
}

export function pane(actions) {
  if (state.search) return searchPane(actions);
  if (!state.thread) return null;
  const { root, replies } = state.thread;
  return [
    h("header", {}, h("h2", {}, "Thread"),
      iconButton("Close", "✕", actions.closePane)),
    h("div.scroll", { role: "log", "aria-label": "Thread" },
      root ? messageItem(root, false, actions, true) : h("p.empty", {}, "Loading…"),
      replies.length ? h("div.day", { role: "separator" }, h("span", {}, countOfReplies(replies.length))) : null,
      replies.map((reply) => messageItem(reply, false, actions, true))),
  ];
}

function searchPane(actions) {
  const { q, results, next, busy } = state.search;
  return [
    h("header", {}, h("h2", {}, `Search: ${q}`),
      iconButton("Close", "✕", actions.closePane)),
    h("div.scroll", {},
      results.map((result) =>
        h("button.result", { onclick: () => actions.openResult(result) },
          h("span.where", {}, result.channel_name ? `#${result.channel_name}` : "Direct message",
            h("time", { dateTime: result.created_at }, `${dayOf(result.created_at)} ${timeOf(result.created_at)}`)),
          h("strong", {}, result.author.display_name),
          h("span.snippet", {}, formatSnippet(result.snippet, result.highlights)))),
      busy ? h("p.empty", {}, "Searching…") : null,
      !busy && results.length === 0 ? h("p.empty", {}, "Nothing found.") : null,
      next && !busy ? h("button.more", { onclick: actions.searchMore }, "More results") : null),
  ];
}

export function signIn(onSubmit, onToken) {
  return h("main.card", {},
    h("h1", {}, "ClickClack"),
    h("form", { onsubmit: onSubmit },
      h("label", {}, "E-mail address",
        h("input", { type: "email", name: "email", required: true, autocomplete: "email" })),
      h("button.primary", { type: "submit" }, "Sign in")),
    h("form", { onsubmit: onToken },
      h("label", {}, "Sign-in code",
        h("input", { type: "text", name: "token", required: true, autocomplete: "one-time-code" })),
      h("button", { type: "submit" }, "Use the code")),
    h("p", {}, h("a", { href: "/api/auth/github/start" }, "Sign in with GitHub")),
    h("p.notice", { role: "alert" }, state.notice));
}

export function firstWorkspace(onSubmit) {
  return h("main.card", {},
    h("h1", {}, `Welcome, ${state.me.display_name}`),
    h("p", {}, "You belong to no workspace yet. Ask for an invitation, or make one."),
    h("form", { onsubmit: onSubmit },
      h("label", {}, "Name of the workspace", h("input", { name: "name", required: true, maxLength: 80 })),
      h("button.primary", { type: "submit" }, "Make it")),
    h("p.notice", { role: "alert" }, state.notice));
}

// Asks for one line of text, with a list of choices below if `choices` finds some.
export function ask({ title, placeholder, choices, onText, onChoice }) {
  const list = h("ul.choices", { role: "listbox" });
  const input = h("input", { placeholder, "aria-label": title, autocomplete: "off" });
  const dialog = h("dialog.ask", {},
    h("form", {
      method: "dialog",
      onsubmit: (event) => {
        event.preventDefault();
        const first = list.querySelector("button");
        if (first) first.click();
        else if (onText && input.value.trim()) {
          dialog.close();
          onText(input.value.trim());
        }
      },
    }, h("h2", {}, title), input, list));
  const refresh = async () => {
    if (!choices) return;
    const asked = input.value;
    const found = await choices(asked.trim());
    if (input.value !== asked) return;
    list.replaceChildren(...found.slice(0, 12).map((choice) =>
      h("li", { role: "option" }, h("button", {
        type: "button",
        onclick: () => {
          dialog.close();
          onChoice(choice);
        },
      }, choice.title))));
  };
  input.addEventListener("input", refresh);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  refresh();
}
