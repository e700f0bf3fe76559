import { useEffect, useMemo, useRef, useState } from "react";
import type { SearchResult } from "../../api";
import { go } from "../../router/go";
import { shallowSame, useSpace } from "../../store/hooks";
import { titleOf } from "../../store/selectors";
import { strings } from "../../strings";
import { timeAgo } from "../../strings/times";
import { Avatar } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { SelectField, TextField } from "../../ui/Field";
import { EmptyState, ErrorState, Skeleton } from "../../ui/States";
import type { RightPaneProps } from "./registry";
import { Snippet } from "./Snippet";
import { noFilter, useSearch, type SearchFilter } from "./useSearch";

/** Finds messages. */
export default function SearchPane({ pane, workspaceID }: RightPaneProps<"search">) {
  const [text, setText] = useState(pane.q);
  const [filter, setFilter] = useState<SearchFilter>(noFilter);
  const within = pane.within ?? "";
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  useEffect(() => setText(pane.q), [pane.q]);
  const change = (part: Partial<SearchFilter>) => setFilter({ ...filter, ...part });
  const search = (to: { q?: string; within?: string }) =>
    go.pane({ kind: "search", q: to.q ?? text.trim(), within: to.within ?? within }, { replace: true });
  return (
    <div className="search">
      <form className="search-form" role="search" onSubmit={(event) => {
        event.preventDefault();
        search({});
      }}>
        <input ref={input} type="search" value={text} maxLength={500} placeholder={strings.panes.searchPlaceholder}
          aria-label={strings.panes.searchPlaceholder} onChange={(event) => setText(event.target.value)} />
        <select value={filter.sort} aria-label={strings.panes.sort}
          onChange={(event) => change({ sort: event.target.value as SearchFilter["sort"] })}>
          <option value="relevance">{strings.panes.sortRelevance}</option>
          <option value="newest">{strings.panes.sortNewest}</option>
        </select>
        <details className="search-filters">
          <summary>{strings.panes.filters}</summary>
          <Filters within={within} filter={filter} onWithin={(place) => search({ within: place })} onChange={change} />
        </details>
      </form>
      {pane.q
        ? <Results key={JSON.stringify([pane.q, within, filter])} q={pane.q} within={within} filter={filter} workspaceID={workspaceID} />
        : <EmptyState title={strings.panes.search}>{strings.panes.emptySearch}</EmptyState>}
    </div>
  );
}

function Filters({ within, filter, onWithin, onChange }: {
  within: string; filter: SearchFilter; onWithin: (place: string) => void; onChange: (part: Partial<SearchFilter>) => void;
}) {
  const conversations = useSpace((space) => Object.values(space.conversations), [], shallowSame);
  const users = useSpace((space) => Object.values(space.users), [], shallowSame);
  const me = useSpace((space) => space.me, "");
  const places = useMemo(() => conversations
    .map((one) => ({ id: one.id, title: `${one.channel ? "#" : ""}${titleOf(one, me)}` }))
    .sort((left, right) => left.title.localeCompare(right.title)), [conversations, me]);
  const people = useMemo(
    () => [...users].sort((left, right) => left.display_name.localeCompare(right.display_name)), [users]);
  return (
    <div className="search-filter-fields">
      <SelectField label={strings.panes.within} value={within} onChange={(event) => onWithin(event.target.value)}>
        <option value="">{strings.panes.everywhere}</option>
        {places.map((place) => <option key={place.id} value={place.id}>{place.title}</option>)}
      </SelectField>
      <SelectField label={strings.panes.author} value={filter.authorID}
        onChange={(event) => onChange({ authorID: event.target.value })}>
        <option value="">{strings.panes.anyone}</option>
        {people.map((user) => <option key={user.id} value={user.id}>{user.display_name}</option>)}
      </SelectField>
      <TextField label={strings.panes.from} type="date" value={filter.from}
        onChange={(event) => onChange({ from: event.target.value })} />
      <TextField label={strings.panes.until} type="date" value={filter.until}
        onChange={(event) => onChange({ until: event.target.value })} />
    </div>
  );
}

function Results({ q, within, filter, workspaceID }: {
  q: string; within: string; filter: SearchFilter; workspaceID: string;
}) {
  const { results, hasMore, busy, error, more } = useSearch(workspaceID, q, within, filter);
  if (error && !results.length) return <ErrorState message={error} onRetry={more} />;
  if (busy && !results.length) return <Skeleton />;
  if (!results.length && !hasMore) return <EmptyState title={strings.panes.noResults} mood="puzzled" />;
  return (
    <ul className="results">
      {results.map((result) => <li key={result.id}><Result result={result} q={q} within={within} /></li>)}
      {hasMore && (
        <li className="results-more">
          <Button tone="quiet" busy={busy} onClick={more}>
            {results.length ? strings.common.showMore : strings.panes.lookFurther}
          </Button>
          <span className="quiet" role="status">{strings.panes.filtered(results.length)}</span>
        </li>
      )}
    </ul>
  );
}

function Result({ result, q, within }: { result: SearchResult; q: string; within: string }) {
  const where = result.channel_name ? strings.panes.inChannel(`#${result.channel_name}`) : strings.panes.direct;
  return (
    <button type="button" className="result" onClick={() => void go.message(result, { kind: "search", q, within })}>
      <Avatar user={result.author} size="small" />
      <span className="result-head">
        <strong>{result.author.display_name}</strong>
        <span className="quiet">{where}{result.parent_message_id ? `, ${strings.panes.inThread}` : ""}</span>
        <time className="quiet" dateTime={result.created_at} data-tip="">{timeAgo(result.created_at)}</time>
      </span>
      <Snippet text={result.snippet} highlights={result.highlights} />
    </button>
  );
}
