/** What the list of workloads shows; the address of the page holds it. */
export interface ListState {
  readonly search: string;
  readonly phase: string;
  readonly project: string;
  readonly pool: string;
  /** Part of the name of a node. */
  readonly node: string;
  /** Part of the reason for a phase. */
  readonly reason: string;
  /** Workloads that are gone instead of those that are there. */
  readonly deleted: boolean;
  readonly sortBy: string;
  readonly sortOrder: 'asc' | 'desc';
  readonly offset: number;
}

export const PAGE_SIZE = 50;
/** Texts of the state by their names in the address, which are those of the fields. */
const TEXTS = ['search', 'phase', 'project', 'pool', 'node', 'reason'] as const;
/** A filter of the API for each text but the search. */
const FILTERS: Readonly<Record<Exclude<(typeof TEXTS)[number], 'search'>, string>> = {
  phase: 'phase==',
  project: 'projectName==',
  pool: 'nodepool==',
  node: 'nodeName=@',
  reason: 'phaseMessage=@',
};
const STANDARD = { sortBy: 'createdAt', sortOrder: 'desc' } as const;

/** Reads the state from the query of an address; unknown values are the standard ones. */
export function listState(query: string): ListState {
  const given = new URLSearchParams(query);
  const text = (name: (typeof TEXTS)[number]): string => given.get(name) ?? '';
  return {
    search: text('search'),
    phase: text('phase'),
    project: text('project'),
    pool: text('pool'),
    node: text('node'),
    reason: text('reason'),
    deleted: given.has('deleted'),
    sortBy: given.get('sort') ?? STANDARD.sortBy,
    sortOrder: given.get('order') === 'asc' ? 'asc' : 'desc',
    offset: Math.max(0, Math.trunc(Number(given.get('offset') ?? 0)) || 0),
  };
}

/** The query of an address for the state; what is standard is left out. */
export function queryOf(state: ListState): string {
  const { deleted, sortBy, sortOrder, offset } = state;
  const given: readonly (readonly [string, string])[] = [
    ...TEXTS.flatMap((name) => (state[name] === '' ? [] : [[name, state[name]] as const])),
    ...(deleted ? [['deleted', ''] as const] : []),
    ...(sortBy === STANDARD.sortBy ? [] : [['sort', sortBy] as const]),
    ...(sortOrder === STANDARD.sortOrder ? [] : [['order', sortOrder] as const]),
    ...(offset === 0 ? [] : [['offset', String(offset)] as const]),
  ];
  return new URLSearchParams(given.map((pair) => [...pair])).toString();
}

/** The filters of the state as the API takes them. */
export function filtersOf(state: ListState): Readonly<Record<string, string | boolean>> {
  const filters = Object.entries(FILTERS).flatMap(([name, condition]) => {
    const value = state[name as keyof typeof FILTERS];
    return value === '' ? [] : [`${condition}${value}`];
  });
  return {
    ...(state.search === '' ? {} : { search: state.search }),
    ...(filters.length === 0 ? {} : { filterBy: filters.join(',') }),
    ...(state.deleted ? { deleted: true } : {}),
  };
}

/** The query of the API for the state. */
export const apiQuery = (state: ListState): Readonly<Record<string, string | number | boolean>> => ({
  limit: PAGE_SIZE,
  offset: state.offset,
  sortBy: state.sortBy,
  sortOrder: state.sortOrder,
  ...filtersOf(state),
});

/** The state without any filter; the sorting stays. */
export const unfiltered = (state: ListState): ListState => ({
  ...listState(''),
  sortBy: state.sortBy,
  sortOrder: state.sortOrder,
});

export const isFiltered = (state: ListState): boolean =>
  state.deleted || TEXTS.some((name) => state[name] !== '');
