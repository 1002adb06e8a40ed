/** What the list of workloads shows; the address of the page holds it. */
export interface ListState {
  readonly search: string;
  readonly phase: string;
  readonly project: string;
  readonly sortBy: string;
  readonly sortOrder: 'asc' | 'desc';
  readonly offset: number;
}

export const PAGE_SIZE = 50;
const STANDARD: ListState = {
  search: '',
  phase: '',
  project: '',
  sortBy: 'createdAt',
  sortOrder: 'desc',
  offset: 0,
};

/** Reads the state from the query of an address; unknown values are the standard ones. */
export function listState(query: string): ListState {
  const given = new URLSearchParams(query);
  return {
    search: given.get('search') ?? '',
    phase: given.get('phase') ?? '',
    project: given.get('project') ?? '',
    sortBy: given.get('sort') ?? STANDARD.sortBy,
    sortOrder: given.get('order') === 'asc' ? 'asc' : 'desc',
    offset: Math.max(0, Math.trunc(Number(given.get('offset') ?? 0)) || 0),
  };
}

/** The query of an address for the state; what is standard is left out. */
export function queryOf(state: ListState): string {
  const { search, phase, project, sortBy, sortOrder, offset } = state;
  const given = {
    ...(search === '' ? {} : { search }),
    ...(phase === '' ? {} : { phase }),
    ...(project === '' ? {} : { project }),
    ...(sortBy === STANDARD.sortBy ? {} : { sort: sortBy }),
    ...(sortOrder === STANDARD.sortOrder ? {} : { order: sortOrder }),
    ...(offset === 0 ? {} : { offset: String(offset) }),
  };
  return new URLSearchParams(given).toString();
}

/** The query of the API for the state. */
export function apiQuery({
  search,
  phase,
  project,
  sortBy,
  sortOrder,
  offset,
}: ListState): Record<string, string | number> {
  const filters = [
    ...(phase === '' ? [] : [`phase==${phase}`]),
    ...(project === '' ? [] : [`projectName==${project}`]),
  ];
  return {
    limit: PAGE_SIZE,
    offset,
    sortBy,
    sortOrder,
    ...(search === '' ? {} : { search }),
    ...(filters.length === 0 ? {} : { filterBy: filters.join(',') }),
  };
}
