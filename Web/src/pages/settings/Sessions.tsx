import { account, type SessionInfo } from "../../api/account";
import { signOutEverywhere } from "../../commands/session";
import { report, toast } from "../../commands/report";
import { texts } from "../../strings/settings";
import { dateOf, timeAgo } from "../../strings/times";
import { Button } from "../../ui/Button";
import { confirm } from "../../ui/ConfirmDialog";
import { Facts, Panel, Row, Rows, Tag, When } from "../parts/Frame";
import { run } from "../parts/run";
import { useLoaded } from "../parts/useLoaded";
import { deviceName } from "../parts/devices";

const words = texts.security;

export function Sessions() {
  const loaded = useLoaded(account.sessions);
  const endOthers = () => run(account.endSessions(false), ({ revoked }) => {
    toast(words.ended(revoked), "success");
    loaded.reload();
  });
  const endAll = () => confirm(
    { title: words.endAllTitle, text: words.endAllText, action: words.endAll },
    () => void signOutEverywhere(() => account.endSessions(true)).catch(report));
  return (
    <Panel title={words.sessions} text={words.sessionsText}>
      <When loaded={loaded}>
        {(sessions) => (
          <>
            <Rows label={words.sessions} empty={texts.frame.none}>
              {sessions.map((session) => <SessionRow key={session.id} session={session} onEnded={loaded.reload} />)}
            </Rows>
            <div className="form-actions">
              {sessions.some((session) => !session.current) && <Button onClick={endOthers}>{words.endOthers}</Button>}
              <Button tone="danger" onClick={endAll}>{words.endAll}</Button>
            </div>
          </>
        )}
      </When>
    </Panel>
  );
}

function SessionRow({ session, onEnded }: { session: SessionInfo; onEnded: () => void }) {
  const name = deviceName(session.user_agent);
  return (
    <Row id={session.id} title={<>{name}{session.current && <Tag>{words.thisOne}</Tag>}</>}
      meta={<Facts of={[
        session.address, words.methods[session.method] ?? session.method,
        session.last_used_at && words.lastUsed(timeAgo(session.last_used_at)), words.since(dateOf(session.created_at)),
      ]} />}>
      {!session.current && (
        <Button tone="quiet" aria-label={words.endOf(name)} onClick={() => run(account.endSession(session.id), onEnded)}>
          {words.end}
        </Button>
      )}
    </Row>
  );
}
