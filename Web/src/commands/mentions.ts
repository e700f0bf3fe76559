// Finds out which unread messages from before this client listened mention the person here: the list of channels only
// counts them all. Looks at the messages themselves, since the log has no place for a read pointer.

import { api, type Place } from "../api";
import { isActivity } from "../store/space/events";
import { mentions } from "../store/mentions";
import { me } from "../store/selectors";
import { store } from "../store/store";
import { dispatchTo } from "./space";

const PAGE = 200;
/** Who has more unread in one channel learns of the mentions among the newest. */
const PAGES_MAX = 5;

export async function countMentions(workspaceID: string, place: Place, after: number, through: number): Promise<void> {
  const user = me(store.getState());
  const handle = user?.handle ?? "";
  const seqs: number[] = [];
  let before = through + 1;
  for (let pages = 0; handle && pages < PAGES_MAX && before > after + 1; pages += 1) {
    const { messages } = await api.messages.page(place, { before_seq: before, limit: PAGE });
    for (const message of messages ?? []) {
      const seq = message.channel_seq ?? 0;
      if (seq <= after || message.author_id === user?.id || message.deleted_at || isActivity(message.kind)) continue;
      if (mentions(message.body, handle)) seqs.push(seq);
    }
    const oldest = messages?.[0]?.channel_seq;
    if (oldest === undefined) break;
    before = oldest;
  }
  dispatchTo(workspaceID, { type: "conversations/mentions", conversationID: place.id, seqs, through });
}
