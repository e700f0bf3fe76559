import { api, type Topic } from "../api";
import { report } from "./report";
import { dispatchTo } from "./space";

/** Makes a topic of a channel. Null when that failed, which has been said then. */
export async function makeTopic(workspaceID: string, channelID: string, name: string): Promise<Topic | null> {
  try {
    const topic = await api.topics.create(workspaceID, name, channelID);
    dispatchTo(workspaceID, { type: "topics/added", topic });
    return topic;
  } catch (error) {
    report(error);
    return null;
  }
}
