import { useLocation, useSearch } from 'wouter';

/** What the address says of a list, and a change of it; a change of anything but the offset begins at its start. */
export interface ListQuery<F extends string> {
  readonly search: string;
  readonly offset: number;
  /** Filters by name; empty where there is none. */
  readonly values: Readonly<Record<F, string>>;
  readonly show: (change: Readonly<Record<string, string>>) => void;
}

/** The query of an address after a change; what is empty is left out. */
export function changedQuery(query: string, change: Readonly<Record<string, string>>): string {
  const changed = new URLSearchParams(query);
  for (const gone of ['new', 'offset']) changed.delete(gone);
  for (const [name, value] of Object.entries(change))
    if (value === '' || (name === 'offset' && value === '0')) changed.delete(name);
    else changed.set(name, value);
  return changed.toString();
}

/** Reads the state of a list from the address of the page at `path`. */
export function useListQuery<const F extends string>(path: string, filters: readonly F[]): ListQuery<F> {
  const query = useSearch();
  const [, navigate] = useLocation();
  const given = new URLSearchParams(query);
  return {
    search: given.get('search') ?? '',
    offset: Math.max(0, Math.trunc(Number(given.get('offset') ?? 0)) || 0),
    values: Object.fromEntries(filters.map((name) => [name, given.get(name) ?? ''])) as Record<F, string>,
    show: (change) => {
      const next = changedQuery(query, change);
      navigate(next === '' ? path : `${path}?${next}`, { replace: change['offset'] === undefined });
    },
  };
}
