import { useState } from "react";
import type { User } from "../../api";
import { AUDIT_MAX, management, type AuditEntry } from "../../api/management";
import { texts } from "../../strings/settings";
import { strings } from "../../strings";
import { fullTime, timeAgo } from "../../strings/times";
import { Avatar } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { Heading, Row, Rows, When } from "../parts/Frame";
import { run } from "../parts/run";
import { useLoaded } from "../parts/useLoaded";
import { usePeople } from "../parts/usePeople";
import type { SectionProps } from "./WorkspaceSettings";

const words = texts.audit;
const STEP = 50;

export default function Audit({ workspace }: SectionProps) {
  const [limit, setLimit] = useState(STEP);
  const loaded = useLoaded(() => management.audit(workspace.id, STEP), workspace.id);
  const people = usePeople(workspace.id);
  const more = () => {
    const longer = Math.min(AUDIT_MAX, limit * 2);
    run(management.audit(workspace.id, longer), (entries) => {
      setLimit(longer);
      loaded.set(entries);
    });
  };
  return (
    <>
      <Heading title={words.title} action={<Button onClick={loaded.reload}>{texts.frame.refresh}</Button>}>{words.text}</Heading>
      <When loaded={loaded} rows={6}>
        {(entries) => (
          <>
            <Rows label={words.title} empty={words.none}>
              {entries.map((entry) => <Entry key={entry.id} entry={entry} actor={people.get(entry.actor_user_id)} />)}
            </Rows>
            {entries.length >= limit && (limit < AUDIT_MAX
              ? <div className="form-actions"><Button onClick={more}>{words.more}</Button></div>
              : <p className="rows-empty">{words.end}</p>)}
          </>
        )}
      </When>
    </>
  );
}

function Entry({ entry, actor }: { entry: AuditEntry; actor: User | undefined }) {
  const facts = Object.entries(entry.metadata ?? {}).filter(([, value]) => value !== "" && value !== null);
  return (
    <Row id={entry.id} picture={<Avatar user={actor ?? null} />}
      title={<>
        {actor?.display_name ?? strings.message.unknownAuthor}
        <code className="audit-action">{entry.action}</code>
      </>}
      meta={<>
        <time dateTime={entry.created_at} title={fullTime(entry.created_at)}>{timeAgo(entry.created_at)}</time>
        {facts.length > 0 && (
          <span className="fact">
            {facts.map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`).join(" · ")}
          </span>
        )}
      </>} />
  );
}
