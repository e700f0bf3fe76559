import { useEffect, useState } from "react";
import { MessageBody } from "../../markdown/MessageBody";
import { shallowSame, useSpace } from "../../store/hooks";
import { shownMessage } from "../../store/selectors";
import { strings } from "../../strings";
import { clockTime } from "../../strings/times";
import { Avatar } from "../../ui/Avatar";
import { classes } from "../../ui/classes";
import { Icon } from "../../ui/Icon";

/** What an agent said and did on its way to an answer: one line, and all of it for those who want to know. */
export function ActivityView({ ids, highlighted }: { ids: readonly string[]; highlighted: number }) {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (highlighted) setOpen(true);
  }, [highlighted]);
  const steps = useSpace((space) => ids.flatMap((id) => shownMessage(space, id) ?? []), [], shallowSame);
  const author = useSpace((space) => space.users[steps[0]?.author_id ?? ""] ?? null, null);
  const last = steps.at(-1);
  if (!last) return null;
  const name = author?.display_name ?? last.author?.display_name ?? strings.message.unknownAuthor;
  return (
    <section className={classes("activity", highlighted > 0 && "landed")} aria-label={strings.timeline.activity(name, steps.length)}>
      <button type="button" className="activity-head" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="chevron" size={12} />
        <Avatar user={author ?? last.author ?? null} size="small" />
        <span className="activity-count">{strings.timeline.activity(name, steps.length)}</span>
        {!open && <span className={classes("activity-last", last.kind === "agent_tool" && "activity-tool")}>{last.body}</span>}
      </button>
      {open && (
        <ol className="activity-steps">
          {steps.map((step) => (
            <li key={step.id} className={classes(step.kind === "agent_tool" && "activity-tool")}>
              {step.kind === "agent_tool" ? <code>{step.body}</code> : <MessageBody body={step.body} />}
              <time dateTime={step.created_at} data-tip="">{clockTime(step.created_at)}</time>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
