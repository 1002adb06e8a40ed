import { COLOURS_BY, type ColourBy } from './colours';

/** Path of the map. */
const MAP = '/map';

/** What of the map stands in its address. */
export interface MapState {
  readonly clusterId: string;
  readonly colour: ColourBy;
  readonly search: string;
  /** Name of the selected share. */
  readonly at: string;
  readonly as: 'map' | 'table';
}

/** The state in the query of an address; what is missing or unknown is the usual. */
export function mapState(query: string): MapState {
  const given = new URLSearchParams(query);
  const text = (name: string): string => given.get(name) ?? '';
  return {
    clusterId: text('cluster'),
    colour: COLOURS_BY.find((by) => by === given.get('colour')) ?? 'project',
    search: text('search'),
    at: text('at'),
    as: given.get('as') === 'table' ? 'table' : 'map',
  };
}

/** The query of an address, without what is usual. */
export function queryOf({ clusterId, colour, search, at, as }: MapState): string {
  const query = new URLSearchParams();
  if (clusterId !== '') query.set('cluster', clusterId);
  if (colour !== 'project') query.set('colour', colour);
  if (search !== '') query.set('search', search);
  if (at !== '') query.set('at', at);
  if (as !== 'map') query.set('as', as);
  return query.toString();
}

/**
 * The address that shows the state; undefined where it does, or where another page has been asked for: the map is drawn
 * until that page has loaded.
 */
export function addressFor(state: MapState, path: string, query: string): string | undefined {
  const wanted = queryOf(state);
  if (path !== MAP || wanted === query) return undefined;
  return wanted === '' ? MAP : `${MAP}?${wanted}`;
}
