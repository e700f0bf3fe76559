import { useState } from "react";
import { api, type Channel, type ChannelPreference, type Workspace } from "../../api";
import { texts } from "../../strings/settings";
import { Icon } from "../../ui/Icon";
import { Panel, Row, Rows, When } from "../parts/Frame";
import { run } from "../parts/run";
import { useLoaded } from "../parts/useLoaded";

const words = texts.notifications;
const choices: readonly [ChannelPreference, string][] = [["all", words.all], ["mentions", words.mentions], ["muted", words.muted]];

/** What each channel of a workspace may tell about. */
export function ChannelPreferences({ workspace }: { workspace: Workspace }) {
  const loaded = useLoaded(async () => {
    const channels = (await api.channels.list(workspace.id)).filter((channel) => !channel.archived_at);
    return Promise.all(channels.map(async (channel) =>
      ({ channel, preference: await api.channels.preference(channel.id) })));
  }, workspace.id);
  return (
    <Panel title={`${words.channels}: ${workspace.name}`} text={words.channelsText}>
      <When loaded={loaded}>
        {(list) => (
          <Rows label={words.channels} empty={texts.frame.none}>
            {list.map(({ channel, preference }) => <Choice key={channel.id} channel={channel} first={preference} />)}
          </Rows>
        )}
      </When>
    </Panel>
  );
}

function Choice({ channel, first }: { channel: Channel; first: ChannelPreference }) {
  const [preference, setPreference] = useState(first);
  return (
    <Row title={<><Icon name={channel.private ? "lock" : "hash"} size={16} /> {channel.display_title || channel.name}</>}>
      <select aria-label={words.preferenceOf(channel.display_title || channel.name)} value={preference}
        onChange={(event) => run(api.channels.setPreference(channel.id, event.target.value as ChannelPreference), setPreference)}>
        {choices.map(([value, label]) => <option key={value} value={value}>{label}</option>)}
      </select>
    </Row>
  );
}
