import { useEffect, useRef, useState } from "react";
import { api, type SearchResult } from "../../api";
import { isAbort } from "../../api/client";
import { messageOf } from "../../commands/report";
import { go } from "../../router/go";
import { strings } from "../../strings";
import { fullTime, timeAgo } from "../../strings/times";
import { Avatar } from "../../ui/Avatar";
import { Button } from "../../ui/Button";
import { EmptyState, ErrorState, Skeleton } from "../../ui/States";
import type { RightPaneProps } from "./registry";
import { Snippet } from "./Snippet";

type Sort = "relevance" | "newest";

/** Finds messages. */
export default function SearchPane({ pane, workspaceID }: RightPaneProps<"search">) {
  const [text, setText] = useState(pane.q);
  const [sort, setSort] = useState<Sort>("relevance");
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  useEffect(() => setText(pane.q), [pane.q]);
  return (
    <div className="search">
      <form className="search-form" role="search" onSubmit={(event) => {
        event.preventDefault();
        go.pane({ kind: "search", q: text.trim() }, { replace: true });
      }}>
        <input ref={input} type="search" value={text} maxLength={500} placeholder={strings.panes.searchPlaceholder}
          aria-label={strings.panes.searchPlaceholder} onChange={(event) => setText(event.target.value)} />
        <select value={sort} aria-label={strings.panes.sortRelevance} onChange={(event) => setSort(event.target.value as Sort)}>
          <option value="relevance">{strings.panes.sortRelevance}</option>
          <option value="newest">{strings.panes.sortNewest}</option>
        </select>
      </form>
      {pane.q
        ? <Results key={`${sort} ${pane.q}`} q={pane.q} sort={sort} workspaceID={workspaceID} />
        : <EmptyState title={strings.panes.search}>{strings.panes.emptySearch}</EmptyState>}
    </div>
  );
}

function Results({ q, sort, workspaceID }: { q: string; sort: Sort; workspaceID: string }) {
  const [results, setResults] = useState<SearchResult[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [error, setError] = useState("");
  const load = async (cursor: string | null, signal?: AbortSignal) => {
    setError("");
    try {
      const page = await api.search({ workspace_id: workspaceID, q, sort, ...(cursor && { cursor }) }, signal);
      setResults((known) => [...(cursor ? known ?? [] : []), ...page.results]);
      setNext(page.next_cursor);
    } catch (failure) {
      if (!isAbort(failure)) setError(messageOf(failure));
    }
  };
  useEffect(() => {
    const abort = new AbortController();
    void load(null, abort.signal);
    return () => abort.abort();
  }, []);
  if (error) return <ErrorState message={error} onRetry={() => void load(null)} />;
  if (!results) return <Skeleton />;
  if (!results.length) return <EmptyState title={strings.panes.noResults} mood="puzzled" />;
  return (
    <ul className="results">
      {results.map((result) => <li key={result.id}><Result result={result} q={q} /></li>)}
      {next && <li><Button tone="quiet" onClick={() => void load(next)}>{strings.common.showMore}</Button></li>}
    </ul>
  );
}

function Result({ result, q }: { result: SearchResult; q: string }) {
  const where = result.channel_name ? strings.panes.inChannel(`#${result.channel_name}`) : strings.panes.direct;
  return (
    <button type="button" className="result" onClick={() => void go.message(result, { kind: "search", q })}>
      <Avatar user={result.author} size="small" />
      <span className="result-head">
        <strong>{result.author.display_name}</strong>
        <span className="quiet">{where}{result.parent_message_id ? `, ${strings.panes.inThread}` : ""}</span>
        <time className="quiet" dateTime={result.created_at} data-tip={fullTime(result.created_at)}>{timeAgo(result.created_at)}</time>
      </span>
      <Snippet text={result.snippet} highlights={result.highlights} />
    </button>
  );
}
