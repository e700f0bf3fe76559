import { useState } from "react";
import { administration, type Job, type JobState } from "../../api/administration";
import { texts } from "../../strings/settings";
import { fullTime, timeAgo } from "../../strings/times";
import { Button } from "../../ui/Button";
import { confirm } from "../../ui/ConfirmDialog";
import { SelectField } from "../../ui/Field";
import { Facts, Heading, Row, Rows, Tag, When } from "../parts/Frame";
import { run } from "../parts/run";
import { useLoaded } from "../parts/useLoaded";
import { short } from "./Chart";
import type { StatusFeed } from "./useStatus";

const words = texts.admin;
const STATES: readonly JobState[] = ["pending", "running", "retrying", "discarded"];

export default function Jobs({ feed }: { feed: StatusFeed }) {
  const [state, setState] = useState<JobState | "">("");
  const counts = feed.newest?.jobs;
  // The list follows the figures.
  const loaded = useLoaded(() => administration.jobs(state), `${state} ${counts && STATES.map((name) => counts[name]).join()}`);
  const changed = () => {
    loaded.reload();
    feed.refresh();
  };
  return (
    <>
      <Heading title={words.jobs} action={<Button onClick={loaded.reload}>{texts.frame.refresh}</Button>} />
      <div className="filters">
        <SelectField label={words.state} value={state} onChange={(event) => setState(event.target.value as JobState | "")}>
          <option value="">{words.anyState}</option>
          {STATES.map((name) => (
            <option key={name} value={name}>{words[name]}{counts ? ` (${short(counts[name])})` : ""}</option>
          ))}
        </SelectField>
      </div>
      <When loaded={loaded}>
        {(jobs) => (
          <Rows label={words.jobs} empty={words.noJobs}>
            {jobs.map((job) => <JobRow key={job.id} job={job} onChange={changed} />)}
          </Rows>
        )}
      </When>
    </>
  );
}

function JobRow({ job, onChange }: { job: Job; onChange: () => void }) {
  const waits = job.state === "pending" || job.state === "retrying";
  return (
    <Row id={job.id}
      title={<>
        <code>{job.kind}</code>
        <Tag tone={job.state === "discarded" ? "warm" : job.state === "retrying" ? "quiet" : undefined}>
          {job.state === "finished" ? job.state : words[job.state]}
        </Tag>
      </>}
      meta={<Facts of={[
        `${words.attempts} ${job.attempts}/${job.max_attempts}`,
        waits && <time key="run" dateTime={job.run_at} title={fullTime(job.run_at)}>{words.runAt} {timeAgo(job.run_at)}</time>,
        <time key="made" dateTime={job.created_at} title={fullTime(job.created_at)}>{timeAgo(job.created_at)}</time>,
      ]} />}
      below={job.last_error && <p className="job-error">{words.error}: {job.last_error}</p>}>
      {(waits || job.state === "discarded") && (
        <Button tone="quiet" aria-label={words.retryOf(job.kind)} onClick={() => run(administration.retryJob(job.id), onChange)}>
          {words.retry}
        </Button>
      )}
      {waits && (
        <Button tone="quiet" aria-label={words.discardOf(job.kind)} onClick={() => confirm(
          { title: words.discardTitle, text: words.discardText, action: words.discard },
          () => run(administration.discardJob(job.id), onChange))}>
          {words.discard}
        </Button>
      )}
    </Row>
  );
}
