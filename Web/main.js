// Starts the page, keeps it in step with the server and answers to what people do.

import { APIError, api, makeNonce } from "/assets/api.js";
import { Realtime } from "/assets/realtime.js";
import {
  asChannel, asDirect, changed, conversation, drafts, isLoaded, listen, mergeMessages, state,
} from "/assets/state.js";
import * as views from "/assets/views.js";

const { h } = views;
const app = document.getElementById("app");
const PAGE = 50;
const TYPING_MS = 6_000;
const TYPING_SEND_MS = 4_000;
const MESSAGES_MAX = 400;

const embed = /^\/embed\/(channel|thread|direct)\//.exec(location.pathname)?.[1] ?? null;
const parts = {};
let realtime = null;
let generation = 0;

// ---- Starting -----------------------------------------------------------------------------------------------------

applyTheme(localStorage.getItem("clickclack.theme"));
start();

async function start() {
  try {
    state.me = await api.me();
    state.names.set(state.me.id, state.me);
  } catch (error) {
    if (error instanceof APIError && error.status === 401) return showSignIn();
    return showFailure(error);
  }
  try {
    state.workspaces = await api.workspaces();
    const target = await targetOfAddress();
    const workspace = state.workspaces.find((entry) => entry.id === target?.workspace_id) ?? state.workspaces[0];
    if (!workspace) return showFirstWorkspace();
    buildShell();
    await openWorkspace(workspace.id, target);
  } catch (error) {
    showFailure(error);
  }
}

async function targetOfAddress() {
  const found = /^\/(?:app|embed\/[a-z]+)\/([^/]+)(?:\/([^/]+))?/.exec(location.pathname);
  if (!found) return null;
  const [, workspace, target] = found.map((part) => part && decodeURIComponent(part));
  if (!target) {
    const known = state.workspaces.find((entry) => entry.route_id === workspace || entry.id === workspace);
    return known ? { workspace_id: known.id } : null;
  }
  try {
    return await api.resolve(workspace, target);
  } catch (error) {
    if (error instanceof APIError && [403, 404].includes(error.status)) return null;
    throw error;
  }
}

function show(view, ...children) {
  app.dataset.view = view;
  app.replaceChildren(...children);
}

function showFailure(error) {
  show("message", h("main.card", {}, h("h1", {}, "Something went wrong"), h("p", {}, error.message),
    h("button.primary", { onclick: () => location.reload() }, "Try again")));
}

function showSignIn() {
  const finish = async (token) => {
    await api.consumeLink(token);
    location.reload();
  };
  const guarded = (action) => async (event) => {
    event.preventDefault();
    const data = new FormData(event.target);
    try {
      await action(data);
    } catch (error) {
      state.notice = error.message;
    }
    draw();
  };
  const draw = () => show("message", views.signIn(
    guarded(async (data) => {
      const answer = await api.requestLink(data.get("email"));
      if (answer?.token) await finish(answer.token);
      state.notice = "A sign-in code is on its way.";
    }),
    guarded((data) => finish(data.get("token")))));
  draw();
}

function showFirstWorkspace() {
  const draw = () => show("message", views.firstWorkspace(async (event) => {
    event.preventDefault();
    try {
      const workspace = await api.createWorkspace(new FormData(event.target).get("name"));
      await api.createChannel(workspace.id, "general");
      location.assign(`/app/${workspace.route_id}`);
    } catch (error) {
      state.notice = error.message;
      draw();
    }
  }));
  draw();
}

// ---- The shell ----------------------------------------------------------------------------------------------------

function buildShell() {
  parts.sidebar = h("aside.sidebar", { "aria-label": "Workspace" });
  parts.heading = h("header.heading");
  parts.timeline = h("div.timeline", { role: "log", "aria-label": "Messages", "aria-live": "polite", tabIndex: 0 });
  parts.typing = h("p.typing", { "aria-live": "polite" });
  parts.composer = composer("Message", (text) => send(text), notifyTyping);
  parts.pane = h("div.pane-body");
  parts.paneComposer = composer("Reply", (text) => sendReply(text));
  parts.paneRoot = h("aside.pane", { hidden: true, "aria-label": "Details" }, parts.pane, parts.paneComposer.form);
  parts.notice = h("p.toast", { role: "alert", hidden: true });
  parts.timeline.addEventListener("scroll", onScroll, { passive: true });
  app.dataset.embed = embed ?? "";
  show("chat", parts.sidebar,
    h("main.main", {}, parts.heading, parts.timeline, parts.typing, parts.composer.form),
    parts.paneRoot, parts.notice);

  listen("sidebar", () => parts.sidebar.replaceChildren(...views.sidebar(actions)));
  listen("heading", () => {
    parts.heading.replaceChildren(...views.heading(actions));
    document.title = state.current ? `${state.current.title} · ${state.workspace.name}` : "ClickClack";
  });
  listen("timeline", drawTimeline);
  listen("typing", () => (parts.typing.textContent = views.typing()));
  listen("pane", drawPane);
  listen("notice", () => {
    parts.notice.textContent = state.notice;
    parts.notice.hidden = !state.notice;
  });
  document.addEventListener("keydown", onKey);
  document.addEventListener("visibilitychange", markRead);
  addEventListener("popstate", async () => {
    const target = await targetOfAddress();
    if (target) await openTarget(target).catch(report);
  });
  setInterval(() => changed("typing"), 1_000);
}

function composer(label, onSend, onInput) {
  const text = h("textarea", {
    rows: 1, placeholder: label, "aria-label": label,
    oninput: () => {
      resize();
      onInput?.(text.value);
    },
    onkeydown: (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        form.requestSubmit();
      } else if (event.key === "ArrowUp" && !text.value) {
        const own = state.messages.findLast((message) => message.author_id === state.me.id && !message.deleted_at);
        if (own && !state.thread) {
          event.preventDefault();
          actions.edit(own);
        }
      } else if (event.key === "Escape" && form.editing) {
        stopEditing();
      }
    },
  });
  const resize = () => {
    text.rows = Math.min(10, Math.max(1, text.value.split("\n").length));
  };
  const stopEditing = () => {
    form.editing = null;
    form.classList.remove("editing");
    text.value = "";
    resize();
  };
  const form = h("form.composer", {
    onsubmit: async (event) => {
      event.preventDefault();
      const body = text.value.trim();
      if (!body) return;
      if (form.editing) {
        const { id } = form.editing;
        stopEditing();
        try {
          mergeMessages([await api.edit(id, body)]);
          changed("timeline");
        } catch (error) {
          report(error);
        }
        return;
      }
      text.value = "";
      resize();
      onSend(body);
    },
  }, text, h("button.primary", { type: "submit", "aria-label": "Send" }, "Send"));
  form.editing = null;
  return {
    form, text,
    set: (value) => {
      text.value = value;
      resize();
    },
    edit: (message) => {
      form.editing = message;
      form.classList.add("editing");
      text.value = message.body;
      resize();
      text.focus();
    },
  };
}

function drawTimeline() {
  const view = parts.timeline;
  const atEnd = view.scrollHeight - view.scrollTop - view.clientHeight < 80;
  const anchor = atEnd ? null : firstVisible(view);
  view.replaceChildren(...views.timeline(actions));
  if (atEnd) view.scrollTop = view.scrollHeight;
  else if (anchor) {
    const node = document.getElementById(anchor.id);
    if (node) view.scrollTop += node.offsetTop - anchor.top;
  }
}

// The message at the top edge, so that drawing again leaves it where it is.
function firstVisible(view) {
  for (const node of view.querySelectorAll("article[id]")) {
    if (node.offsetTop + node.offsetHeight > view.scrollTop) return { id: node.id, top: node.offsetTop };
  }
  return null;
}

function drawPane() {
  const children = views.pane(actions);
  parts.paneRoot.hidden = !children;
  app.classList.toggle("has-pane", Boolean(children));
  parts.paneComposer.form.hidden = Boolean(state.search) || !state.thread;
  if (!children) return;
  parts.pane.replaceChildren(...children);
  const scroll = parts.pane.querySelector(".scroll");
  if (state.thread && !state.search && scroll) scroll.scrollTop = scroll.scrollHeight;
}

// ---- Workspaces and conversations ---------------------------------------------------------------------------------

async function openWorkspace(id, target) {
  const mine = ++generation;
  realtime?.close();
  state.workspace = state.workspaces.find((entry) => entry.id === id);
  state.current = null;
  state.thread = null;
  state.search = null;
  state.messages = [];
  setConnection("resync");
  // The position first, then what it stands for: events in between are seen twice rather than never.
  const cursor = await api.tail(id);
  await loadConversations();
  if (mine !== generation) return;
  loadNames(id);
  realtime = new Realtime(id, cursor, {
    onEvent,
    onState: setConnection,
    onResync: () => openWorkspace(id, addressOfCurrent()).catch(report),
  });
  changed("sidebar", "heading", "pane");
  if (target?.target_type) await openTarget(target);
  // Without a target, or with one that is not in the list, such as a closed direct conversation.
  const fallback = remembered() ?? state.conversations[0]?.id;
  if (!state.current && fallback) await openConversation(fallback, { replace: true });
  if (!state.current) changed("timeline");
}

const addressOfCurrent = () =>
  state.current && { target_type: state.current.kind, target_id: state.current.id, workspace_id: state.workspace.id };

function remembered() {
  const id = localStorage.getItem(`clickclack.last.${state.workspace.id}`);
  return conversation(id) ? id : null;
}

async function loadConversations() {
  const { id } = state.workspace;
  const [channels, directs] = await Promise.all([api.channels(id), api.directs(id).catch(emptyIfForbidden)]);
  state.conversations = [...channels.map(asChannel), ...directs.map(asDirect)];
  if (state.current) state.current = conversation(state.current.id) ?? state.current;
}

async function loadNames(workspace) {
  try {
    for (const { user } of await api.members(workspace)) state.names.set(user.id, user);
  } catch (error) {
    // Guests may not list members; they learn names from messages.
    if (error.status !== 403) report(error);
  }
}

function emptyIfForbidden(error) {
  if (error instanceof APIError && error.status === 403) return [];
  throw error;
}

async function openTarget(target) {
  if (target.workspace_id !== state.workspace.id) return openWorkspace(target.workspace_id, target);
  if (target.target_type === "thread") {
    await openConversation(target.parent_id, { replace: true, quiet: true });
    return openThread(target.target_id);
  }
  return openConversation(target.target_id, { replace: true });
}

async function openConversation(id, { replace = false, quiet = false, around = null } = {}) {
  const found = conversation(id);
  if (!found) return;
  if (state.current) {
    drafts.write(state.current.id, parts.composer.text.value);
    flushRead();
  }
  state.current = found;
  state.messages = [];
  state.hasOlder = false;
  state.hasNewer = false;
  state.thread = null;
  state.readSeq = found.unread_count ? found.last_read_seq ?? 0 : null;
  views.forgetDrawn();
  parts.composer.set(drafts.read(id));
  app.classList.remove("show-sidebar");
  localStorage.setItem(`clickclack.last.${state.workspace.id}`, id);
  if (!quiet && !embed) {
    const address = `/app/${state.workspace.route_id}/${found.route_id}`;
    if (location.pathname !== address) history[replace ? "replaceState" : "pushState"](null, "", address);
  }
  changed("sidebar", "heading", "timeline", "typing", "pane");
  const page = await api.messages(found, around ? { around_seq: around, limit: PAGE } : { limit: PAGE });
  if (state.current?.id !== id) return;
  mergeMessages(page.messages ?? []);
  state.hasOlder = page.has_older;
  state.hasNewer = page.has_newer;
  changed("timeline");
  if (around === null) parts.timeline.scrollTop = parts.timeline.scrollHeight;
  markRead();
  if (matchMedia("(hover: hover)").matches) parts.composer.text.focus();
}

let loading = false;

async function loadMore(position, onPage) {
  const current = state.current;
  if (loading || !current) return;
  loading = true;
  try {
    const page = await api.messages(current, { ...position, limit: PAGE });
    if (state.current?.id !== current.id) return;
    mergeMessages(page.messages ?? []);
    onPage(page);
    changed("timeline");
  } catch (error) {
    report(error);
  } finally {
    loading = false;
  }
}

const loadOlder = () =>
  state.messages.length &&
  loadMore({ before_seq: state.messages[0].channel_seq }, (page) => {
    state.hasOlder = page.has_older;
    if (state.messages.length > MESSAGES_MAX) {
      state.messages = state.messages.slice(0, MESSAGES_MAX);
      state.hasNewer = true;
    }
  });

const loadNewer = () =>
  loadMore({ after_seq: state.messages.at(-1)?.channel_seq ?? 0 }, (page) => {
    state.hasNewer = page.has_newer;
    if (state.messages.length > MESSAGES_MAX) {
      state.messages = state.messages.slice(-MESSAGES_MAX);
      state.hasOlder = true;
    }
    markRead();
  });

function onScroll() {
  const view = parts.timeline;
  if (state.hasOlder && view.scrollTop < 120) loadOlder();
  if (state.hasNewer && view.scrollHeight - view.scrollTop - view.clientHeight < 120) loadNewer();
  markRead();
}

let readTimer = null;

// Tells the server how far you have read, a moment after you did.
function markRead() {
  clearTimeout(readTimer);
  readTimer = setTimeout(flushRead, 300);
}

async function flushRead() {
  clearTimeout(readTimer);
  const current = state.current;
  const last = state.messages.at(-1)?.channel_seq ?? 0;
  const view = parts.timeline;
  const atEnd = !state.hasNewer && view.scrollHeight - view.scrollTop - view.clientHeight < 80;
  const known = current?.last_read_seq ?? 0;
  if (!current || document.hidden || embed || !atEnd || last <= known) return;
  current.last_read_seq = last;
  current.unread_count = 0;
  changed("sidebar");
  try {
    await api.markRead(current, last);
  } catch (error) {
    current.last_read_seq = known;
    if (error.status !== 0) report(error);
  }
}

// ---- Events -------------------------------------------------------------------------------------------------------

function onEvent(event) {
  const place = event.channel_id ?? event.payload?.direct_conversation_id ?? null;
  const here = place !== null && place === state.current?.id;
  switch (event.type) {
    case "message.created":
      stopTyping(place, event.payload.author_id);
      if (here && !state.hasNewer) soon("newer", loadNewer);
      if (!conversation(place)) soon("conversations", reloadConversations);
      else if (event.payload.author_id !== state.me.id && !(here && !document.hidden)) {
        const entry = conversation(place);
        entry.unread_count = (entry.unread_count ?? 0) + 1;
        changed("sidebar");
      }
      break;
    case "message.updated":
    case "message.deleted":
    case "reaction.added":
    case "reaction.removed":
      refreshMessage(event.payload.message_id);
      break;
    case "thread.reply_created":
    case "thread.state_updated":
      refreshThread(event.payload.root_message_id);
      break;
    case "channel.created":
    case "channel.updated":
    case "channel.read":
    case "dm.read":
    case "member.moderation_updated":
      soon("conversations", reloadConversations);
      break;
    case "workspace.updated":
    case "workspace.ownership_transferred":
      soon("workspaces", async () => {
        state.workspaces = await api.workspaces();
        state.workspace = state.workspaces.find((entry) => entry.id === state.workspace.id) ?? state.workspace;
        changed("sidebar", "heading");
      });
      break;
    case "typing.started":
      if (place && event.payload.user_id !== state.me.id) {
        const map = state.typing.get(place) ?? new Map();
        map.set(event.payload.user_id, Date.now() + TYPING_MS);
        state.typing.set(place, map);
        changed("typing");
      }
      break;
    case "typing.stopped":
      stopTyping(place, event.payload.user_id);
      break;
  }
}

function stopTyping(place, user) {
  if (state.typing.get(place)?.delete(user)) changed("typing");
}

// Does a thing once for a burst of events.
const timers = new Map();

function soon(key, action) {
  if (timers.has(key)) return;
  timers.set(key, setTimeout(async () => {
    timers.delete(key);
    try {
      await action();
    } catch (error) {
      report(error);
    }
    // Something came while the request was under way.
    if (key === "newer" && loading) soon(key, action);
  }, 40));
}

async function reloadConversations() {
  await loadConversations();
  changed("sidebar", "heading");
}

function refreshMessage(id) {
  const { root, replies } = state.thread ?? { root: null, replies: [] };
  const inThread = root?.id === id || replies.some((reply) => reply.id === id);
  if (isLoaded(id)) {
    soon(`message-${id}`, async () => {
      const message = await api.message(id);
      if (isLoaded(id)) mergeMessages([message]);
      changed("timeline");
    });
  }
  if (inThread) soon("thread", reloadThread);
}

function refreshThread(root) {
  if (state.thread?.id === root) soon("thread", reloadThread);
  if (isLoaded(root)) {
    soon(`state-${root}`, async () => {
      const threadState = await api.threadState(root);
      const message = state.messages.find((entry) => entry.id === root);
      if (message) mergeMessages([{ ...message, thread_state: threadState }]);
      changed("timeline");
    });
  }
}

function setConnection(name) {
  state.connection = { state: name };
  changed("heading");
  if (name === "waiting") leaveIfSignedOut();
}

// A socket does not say why it was refused; an ended session will not come back by trying again.
async function leaveIfSignedOut() {
  try {
    await api.me();
  } catch (error) {
    if (error.status === 401) location.reload();
    // Everything else is what the socket waits for.
  }
}

// ---- What people do -----------------------------------------------------------------------------------------------

function send(body) {
  drafts.write(state.current.id, "");
  const draft = { conversation: state.current.id, body, nonce: makeNonce(), error: "" };
  state.pending.push(draft);
  changed("timeline");
  parts.timeline.scrollTop = parts.timeline.scrollHeight;
  deliver(draft);
}

async function deliver(draft) {
  draft.error = "";
  changed("timeline");
  try {
    const { message } = await api.post(conversation(draft.conversation), draft.body, draft.nonce);
    state.pending = state.pending.filter((entry) => entry !== draft);
    // With a gap before it, the message arrives when the part of the log that it belongs to is loaded.
    if (state.current?.id === draft.conversation) {
      if (state.hasNewer) await openConversation(draft.conversation, { replace: true });
      else if ((state.messages.at(-1)?.channel_seq ?? 0) + 1 === message.channel_seq) mergeMessages([message]);
      else await loadNewer();
    }
  } catch (error) {
    draft.error = error.message;
  }
  changed("timeline");
}

let typingSentAt = 0;

function notifyTyping(text) {
  const current = state.current;
  drafts.write(current.id, text);
  if (!text || Date.now() - typingSentAt < TYPING_SEND_MS) return;
  typingSentAt = Date.now();
  const target = current.kind === "direct" ? { direct_conversation_id: current.id } : { channel_id: current.id };
  // Nobody misses a typing notice that was lost.
  api.ephemeral({ workspace_id: state.workspace.id, type: "typing.started", ...target }).catch(() => undefined);
}

async function openThread(id) {
  state.search = null;
  state.thread = { id, root: null, replies: [] };
  changed("pane");
  try {
    await reloadThread();
    const route = state.thread?.root?.route_id;
    if (route && !embed) history.pushState(null, "", `/app/${state.workspace.route_id}/${route}`);
    parts.paneComposer.text.focus();
  } catch (error) {
    report(error);
  }
}

async function reloadThread() {
  const thread = state.thread;
  if (!thread) return;
  const { root, replies, thread_state: threadState } = await api.thread(thread.id);
  if (state.thread?.id !== thread.id) return;
  state.thread = { id: thread.id, root, replies: replies ?? [] };
  const loaded = state.messages.find((message) => message.id === root.id);
  if (loaded && threadState) mergeMessages([{ ...loaded, thread_state: threadState }]);
  changed("pane", "timeline");
}

async function sendReply(body) {
  const { id } = state.thread;
  try {
    await api.reply(id, body, makeNonce());
    soon("thread", reloadThread);
  } catch (error) {
    parts.paneComposer.set(body);
    report(error);
  }
}

const actions = {
  openWorkspace: (id) => openWorkspace(id).catch(report),
  open: (id) => openConversation(id).catch(report),
  openThread,
  loadOlder,
  loadNewest: () => openConversation(state.current.id, { replace: true }).catch(report),
  retry: deliver,
  discard(draft) {
    state.pending = state.pending.filter((entry) => entry !== draft);
    changed("timeline");
  },
  edit: (message) => parts.composer.edit(message),
  async remove(message) {
    if (!confirm("Delete this message?")) return;
    try {
      await api.remove(message.id);
      refreshMessage(message.id);
    } catch (error) {
      report(error);
    }
  },
  async toggleReaction(message, emoji, mine) {
    try {
      const { reactions } = await (mine ? api.unreact(message.id, emoji) : api.react(message.id, emoji));
      if (isLoaded(message.id)) mergeMessages([{ ...state.messages.find(({ id }) => id === message.id), reactions }]);
      if (state.thread) soon("thread", reloadThread);
      changed("timeline");
    } catch (error) {
      report(error);
    }
  },
  closePane() {
    state.thread = null;
    state.search = null;
    changed("pane");
    if (embed || !state.current) return;
    history.pushState(null, "", `/app/${state.workspace.route_id}/${state.current.route_id}`);
  },
  async search(event) {
    event.preventDefault();
    const q = new FormData(event.target).get("q").trim();
    if (!q) return;
    state.search = { q, results: [], next: null, busy: true };
    changed("pane");
    await actions.searchMore();
  },
  async searchMore() {
    const search = state.search;
    search.busy = true;
    changed("pane");
    try {
      const page = await api.search(state.workspace.id, search.q, search.next);
      search.results.push(...page.results);
      search.next = page.next_cursor;
    } catch (error) {
      report(error);
    }
    search.busy = false;
    changed("pane");
  },
  async openResult(result) {
    const place = result.channel_id ?? result.direct_conversation_id;
    try {
      if (result.parent_message_id) {
        await openConversation(place);
        await openThread(result.thread_root_id);
      } else {
        await openConversation(place, { around: result.channel_seq });
        const node = document.getElementById(`message-${result.id}`);
        node?.scrollIntoView({ block: "center" });
        node?.classList.add("found");
      }
    } catch (error) {
      report(error);
    }
  },
  addChannel: () =>
    views.ask({
      title: "New channel",
      placeholder: "name",
      onText: async (name) => {
        try {
          const channel = await api.createChannel(state.workspace.id, name);
          await reloadConversations();
          await openConversation(channel.id);
        } catch (error) {
          report(error);
        }
      },
    }),
  addDirect: () =>
    views.ask({
      title: "New direct message",
      placeholder: "Whom?",
      choices: async (q) =>
        (await api.members(state.workspace.id, q))
          .filter((member) => member.user.id !== state.me.id)
          .map((member) => ({ id: member.user.id, title: member.user.display_name })),
      onChoice: async ({ id }) => {
        try {
          const opened = await api.openDirect(state.workspace.id, id);
          await reloadConversations();
          await openConversation(opened.id);
        } catch (error) {
          report(error);
        }
      },
    }),
  jump: () =>
    views.ask({
      title: "Jump to",
      placeholder: "Channel or person",
      choices: async (q) => {
        const wanted = q.toLowerCase();
        return state.conversations
          .filter((entry) => entry.title.toLowerCase().includes(wanted))
          .sort((left, right) => (right.unread_count ?? 0) - (left.unread_count ?? 0));
      },
      onChoice: ({ id }) => openConversation(id).catch(report),
    }),
  toggleSidebar: () => app.classList.toggle("show-sidebar"),
  toggleTheme() {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const now = document.documentElement.dataset.theme ?? (dark ? "dark" : "light");
    const next = now === "dark" ? "light" : "dark";
    localStorage.setItem("clickclack.theme", next);
    applyTheme(next);
  },
};

function applyTheme(theme) {
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
}

function onKey(event) {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (!document.querySelector("dialog[open]")) actions.jump();
  } else if (event.key === "Escape" && !document.querySelector("dialog[open]") && (state.thread || state.search)) {
    actions.closePane();
  }
}

let noticeTimer = null;

function report(error) {
  state.notice = error.message;
  changed("notice");
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => {
    state.notice = "";
    changed("notice");
  }, 6_000);
}
