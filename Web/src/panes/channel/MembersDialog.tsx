import { useEffect, useMemo, useState } from "react";
import { api, type Channel, type User } from "../../api";
import { messageOf, report } from "../../commands/report";
import { useSpace } from "../../store/hooks";
import { strings } from "../../strings";
import { Avatar } from "../../ui/Avatar";
import { IconButton } from "../../ui/Button";
import { Dialog } from "../../ui/Dialog";
import { ErrorState, Skeleton } from "../../ui/States";
import { PeopleSearch } from "./PeopleSearch";

/** Who belongs to a private channel. Members add others; the server says who may remove whom. */
export default function MembersDialog({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const [members, setMembers] = useState<User[] | null>(null);
  const [error, setError] = useState("");
  const me = useSpace((space) => space.me, "");
  // Somebody came or went.
  const touched = useSpace((space) => space.conversationsTouched, "");
  useEffect(() => {
    let current = true;
    api.channels.members(channel.id).then(
      (found) => current && setMembers(found), (failure) => current && setError(messageOf(failure)));
    return () => {
      current = false;
    };
  }, [channel.id, touched]);
  const known = useMemo(() => new Set(members?.map((member) => member.id)), [members]);
  const add = async (user: User) => {
    try {
      await api.channels.addMember(channel.id, user.id);
      setMembers((before) => [...(before ?? []).filter((member) => member.id !== user.id), user]);
    } catch (failure) {
      report(failure);
    }
  };
  const remove = async (user: User) => {
    try {
      await api.channels.removeMember(channel.id, user.id);
      setMembers((before) => (before ?? []).filter((member) => member.id !== user.id));
    } catch (failure) {
      report(failure);
    }
  };
  return (
    <Dialog title={strings.channel.members} onClose={onClose}>
      {error ? <ErrorState message={error} /> : !members ? <Skeleton rows={3} /> : (
        <>
          <ul className="people members" aria-label={strings.channel.members}>
            {members.map((member) => (
              <li key={member.id} className="person">
                <Avatar user={member} size="small" />
                <span>{member.display_name}</span>
                {member.handle && <span className="quiet">@{member.handle}</span>}
                {member.id === me
                  ? <span className="quiet person-end">{strings.common.you}</span>
                  : <IconButton icon="close" size={14} className="person-end" label={strings.channel.removeMember(member.display_name)}
                      onClick={() => void remove(member)} />}
              </li>
            ))}
          </ul>
          <PeopleSearch label={strings.channel.addPerson} without={known} onPick={(user) => void add(user)}
            nobody={strings.channel.noneToAdd} />
        </>
      )}
    </Dialog>
  );
}
