import { texts } from "../../strings/settings";
import { linePath, roundedUp, spanOf } from "./history";

const WIDTH = 360;
const HEIGHT = 96;
/** So that a line at its highest is not cut off. */
const HEADROOM = 1.05;

export interface Line {
  name: string;
  points: readonly { at: number; value: number }[];
}

const number = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
export const short = (value: number): string => number.format(value);

/** Lines over the last minutes. What they show stands in words beside them, for those who don't see them. */
export function Chart({ title, lines, least = 1 }: { title: string; lines: readonly Line[]; least?: number }) {
  const now = Math.max(0, ...lines.flatMap(({ points }) => points.slice(-1).map(({ at }) => at)));
  const top = roundedUp(Math.max(least, ...lines.flatMap(({ points }) => points.map(({ value }) => value * HEADROOM))));
  const span = spanOf(lines[0]?.points ?? []);
  const period = texts.admin.lastMinutes(Math.round(span / 60_000));
  return (
    <figure className="chart">
      <figcaption>
        <h2>{title}</h2>
        <ul>
          {lines.map(({ name, points }, index) => (
            <li key={name} className={`series-${index}`}>
              {lines.length > 1 && <><i aria-hidden="true" />{name}</>} <strong>{short(points[points.length - 1]?.value ?? 0)}</strong>
            </li>
          ))}
        </ul>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img"
        aria-label={`${title}, ${period}`}>
        {[0.25, 0.5, 0.75].map((part) => (
          <path key={part} className="chart-grid" d={`M0 ${HEIGHT * part}H${WIDTH}`} vectorEffect="non-scaling-stroke" />
        ))}
        {lines.map(({ name, points }, index) => {
          const path = linePath(points, now, span, top, WIDTH, HEIGHT);
          const first = points[0];
          const start = first ? WIDTH * (1 - (now - first.at) / span) : 0;
          return (
            <g key={name} className={`series-${index}`}>
              {index === 0 && path && <path className="chart-area" d={`${path}L${WIDTH} ${HEIGHT}L${start.toFixed(1)} ${HEIGHT}Z`} />}
              <path className="chart-line" d={path} vectorEffect="non-scaling-stroke" />
            </g>
          );
        })}
      </svg>
      <p className="chart-scale" aria-hidden="true">
        <span className="chart-top">{short(top)}</span><span>{period}</span>
      </p>
    </figure>
  );
}
