/** A count that wants attention; nothing when it is zero. */
export function Badge({ count, label }: { count: number; label: string }) {
  if (count <= 0) return null;
  return <span className="badge"><span aria-hidden="true">{count > 99 ? "99+" : count}</span><span className="hidden-text">{label}</span></span>;
}
