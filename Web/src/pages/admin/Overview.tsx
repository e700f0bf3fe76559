import type { ServerStatus } from "../../api/administration";
import { pageAddress } from "../../router/location";
import { texts } from "../../strings/settings";
import { fileSize } from "../../strings/sizes";
import { fullTime } from "../../strings/times";
import { classes } from "../../ui/classes";
import { Heading, Tag } from "../parts/Frame";
import { Link } from "../parts/Link";
import { Chart, short } from "./Chart";
import { rates, type Sample } from "./history";
import type { StatusFeed } from "./useStatus";

const words = texts.admin;

export function Overview({ feed }: { feed: StatusFeed }) {
  const { newest, samples, error } = feed;
  if (!newest) return null;
  const minutes = Math.floor(newest.uptime_seconds / 60);
  const uptime = words.duration(Math.floor(minutes / 1_440), Math.floor(minutes / 60) % 24, minutes % 60);
  return (
    <>
      <Heading title={words.overview} action={<Tag tone={error ? "warm" : undefined}>{error ? words.stale : words.live}</Tag>}>
        {words.version} {newest.version}
      </Heading>
      <dl className="figures">
        <Figure name={words.uptime} value={uptime} title={fullTime(newest.started_at)} />
        <Figure name={words.connections} value={short(newest.connections.open)} note={words.ofMax(short(newest.connections.max))} />
        <Figure name={words.messagesTotal} value={short(newest.messages.total)} />
        <Figure name={words.memory} value={fileSize(newest.memory_bytes)} />
        <Figure name={words.slow} value={short(newest.fanout.slow_closed_total)} warm={newest.fanout.slow_closed_total > 0} />
        <Figure name={words.groupSize} value={short(newest.writes.group_size)} />
      </dl>
      <div className="charts">
        <Chart title={words.connections} least={5} lines={[
          line(words.connections, samples, ({ connections }) => connections.open),
          line(words.websockets, samples, ({ connections }) => connections.websockets),
          line(words.sse, samples, ({ connections }) => connections.sse),
        ]} />
        <Chart title={words.messageRate} lines={[line(words.messageRate, samples, ({ messages }) => messages.per_second)]} />
        <Chart title={words.writeRate} lines={[
          line(words.writeRate, samples, ({ writes }) => writes.per_second), line(words.queue, samples, ({ writes }) => writes.queue),
        ]} />
        <Chart title={words.deliveries} lines={[
          { name: words.deliveries, points: rates(samples, ({ fanout }) => fanout.deliveries_total) },
        ]} />
        <Chart title={words.jobsWaiting} lines={[
          line(words.pending, samples, ({ jobs }) => jobs.pending), line(words.running, samples, ({ jobs }) => jobs.running),
          line(words.retrying, samples, ({ jobs }) => jobs.retrying),
        ]} />
        <Disk disk={newest.disk} />
      </div>
      {newest.jobs.discarded > 0 && (
        <p className="form-note">
          <Link to={pageAddress("admin", "jobs")}>{words.discarded}: {short(newest.jobs.discarded)}</Link>
        </p>
      )}
    </>
  );
}

const line = (name: string, samples: readonly Sample[], value: (status: ServerStatus) => number) =>
  ({ name, points: samples.map(({ at, status }) => ({ at, value: value(status) })) });

function Figure({ name, value, note, title, warm = false }: {
  name: string; value: string; note?: string; title?: string; warm?: boolean;
}) {
  return (
    <div className={classes("figure", warm && "figure-warm")} title={title}>
      <dt>{name}</dt>
      <dd>{value}{note && <small> {note}</small>}</dd>
    </div>
  );
}

/** Whose the bytes are, as one bar. */
function Disk({ disk }: { disk: ServerStatus["disk"] }) {
  const parts = [
    { name: words.database, bytes: disk.database_bytes }, { name: words.wal, bytes: disk.wal_bytes },
    { name: words.uploads, bytes: disk.uploads_bytes }, { name: words.free, bytes: disk.free_bytes },
  ];
  const used = parts.slice(0, 3);
  const sum = Math.max(1, used.reduce((total, { bytes }) => total + bytes, 0));
  let x = 0;
  return (
    <figure className="chart disk">
      <figcaption><h2>{words.disk}</h2></figcaption>
      <svg viewBox="0 0 360 16" preserveAspectRatio="none" role="img" aria-label={words.disk}>
        {used.map(({ name, bytes }, index) => {
          const width = 360 * (bytes / sum);
          const bar = <rect key={name} className={`series-${index}`} x={x} width={Math.max(0, width - 2)} height="16" />;
          x += width;
          return bar;
        })}
      </svg>
      <ul className="disk-parts">
        {parts.map(({ name, bytes }, index) => (
          <li key={name} className={`series-${index}`}><i aria-hidden="true" />{name}<strong>{fileSize(bytes)}</strong></li>
        ))}
      </ul>
    </figure>
  );
}
