import { useEffect, useMemo, useState, type ReactElement } from 'react';
import { useLocation, useSearch } from 'wouter';
import { useOperation } from '../../api/use-operation';
import { OfflineError } from '../../api/client';
import { Empty, Loaded, Problem, Waiting } from '../../components/layout/states';
import { useNow } from '../../components/values/when';
import { COLOURS_BY, schemeOf, type ColourBy } from './colours';
import { Legend } from './legend';
import { MapCanvas } from './map-canvas';
import { addressFor, mapState, queryOf, type MapState } from './map-state';
import './map.css';
import { matches, type MapNode, type Piece } from './shares';
import { SharesTable } from './shares-table';
import { useShares } from './use-shares';

const NAMES: Readonly<Record<ColourBy, string>> = {
  project: 'Project',
  use: 'GPU utilisation',
  age: 'Age of the share',
};
/** A pause after which the address follows the selection, ms: browsers limit how often it may change. */
const SETTLED_MS = 300;

/** Every GPU of a cluster as a bar with the shares that workloads have of it. */
export default function ClusterMap(): ReactElement {
  const clusters = useOperation('get_clusters', {}, { everyMs: 60_000 });
  const [state, change] = useAddress();
  return (
    <>
      <div className="title">
        <h1>Cluster map</h1>
        {(clusters.data?.length ?? 0) < 2 ? null : (
          <label>
            <span className="unseen">Cluster</span>
            <select
              value={state.clusterId}
              onChange={({ target }) => change({ clusterId: target.value, at: '' })}
            >
              {clusters.data?.map(({ uuid, name }) => (
                <option key={uuid} value={uuid}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
      </div>
      <Loaded query={clusters} lines={8}>
        {(all) => {
          const cluster = all.find(({ uuid }) => uuid === state.clusterId) ?? all[0];
          return cluster === undefined ? (
            <Empty title="No cluster">You may see none, or none is registered.</Empty>
          ) : (
            <OneCluster key={cluster.uuid} clusterId={cluster.uuid} state={state} change={change} />
          );
        }}
      </Loaded>
    </>
  );
}

/** The state in the address; the selection follows when the reader pauses. */
function useAddress(): readonly [MapState, (change: Partial<MapState>) => void] {
  const search = useSearch();
  const [, navigate] = useLocation();
  const [state, setState] = useState(() => mapState(search));
  useEffect(() => {
    if (queryOf(state) === search) return undefined;
    const timer = setTimeout(() => {
      // Read now: what is hidden until another page has loaded is not rendered again.
      const address = addressFor(state, location.pathname, location.search.slice(1));
      if (address !== undefined) navigate(address, { replace: true });
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [state, search, navigate]);
  return [state, (change) => setState((before) => ({ ...before, ...change }))];
}

function OneCluster({
  clusterId,
  state,
  change,
}: {
  readonly clusterId: string;
  readonly state: MapState;
  readonly change: (change: Partial<MapState>) => void;
}): ReactElement {
  const { nodes, isComplete, error, readAt, retry } = useShares(clusterId, state.colour === 'use');
  const wanted = state.search.trim().toLowerCase();
  const isWanted = useMemo(
    () => (wanted === '' ? undefined : (piece: Piece) => matches(piece, wanted)),
    [wanted],
  );
  const current = useNow();
  // The other colours do not depend on the time, and a new scheme draws all of the map again.
  const now = state.colour === 'age' ? current : 0;
  const scheme = useMemo(() => schemeOf(state.colour, nodes, now), [state.colour, nodes, now]);
  const [next, setNext] = useState(0);
  if (!isComplete) {
    if (error !== null) return <Problem error={error} retry={retry} />;
    // Part of a cluster would be laid out in another way than all of it.
    return <Waiting lines={8} />;
  }
  if (nodes.length === 0)
    return <Empty title="No nodes">The scheduler of this cluster has reported none.</Empty>;
  return (
    <>
      <Controls
        {...{ state, change, nodes, isWanted }}
        findNext={() => {
          if (state.as === 'map') setNext(next + 1);
        }}
      />
      {error === null ? null : (
        <p className="small" role="status">
          {error instanceof OfflineError ? 'Offline' : 'Not renewed'}: this is how it was at{' '}
          {new Date(readAt).toLocaleTimeString()}.
        </p>
      )}
      {state.as === 'table' ? (
        <SharesTable nodes={nodes} isWanted={isWanted} />
      ) : (
        <>
          <Legend scheme={scheme} />
          <MapCanvas {...{ nodes, scheme, isWanted, next, at: state.at }} select={(at) => change({ at })} />
        </>
      )}
    </>
  );
}

function Controls({
  state,
  change,
  nodes,
  isWanted,
  findNext,
}: {
  readonly state: MapState;
  readonly change: (change: Partial<MapState>) => void;
  readonly nodes: readonly MapNode[];
  readonly isWanted: ((piece: Piece) => boolean) | undefined;
  readonly findNext: () => void;
}): ReactElement {
  const found = useMemo(
    () => (isWanted === undefined ? undefined : countOf(nodes, isWanted)),
    [nodes, isWanted],
  );
  return (
    <search className="bar">
      <form
        className="bar"
        onSubmit={(event) => {
          event.preventDefault();
          findNext();
        }}
      >
        <div className="field">
          <label htmlFor="map-search">Search</label>
          <input
            id="map-search"
            type="search"
            placeholder="Workload, project or pod"
            value={state.search}
            onChange={({ target }) => change({ search: target.value })}
          />
        </div>
        {found === undefined ? null : (
          <button type="submit" className="button" disabled={found === 0}>
            {found === 0 ? 'Nothing found' : `Next of ${found}`}
          </button>
        )}
      </form>
      <div className="field">
        <label htmlFor="map-colour">Colour</label>
        <select
          id="map-colour"
          value={state.colour}
          onChange={({ target }) => change({ colour: target.value as ColourBy })}
        >
          {COLOURS_BY.map((by) => (
            <option key={by} value={by}>
              {NAMES[by]}
            </option>
          ))}
        </select>
      </div>
      <button
        type="button"
        className="button"
        aria-pressed={state.as === 'table'}
        onClick={() => change({ as: state.as === 'table' ? 'map' : 'table' })}
      >
        As a table
      </button>
    </search>
  );
}

const countOf = (nodes: readonly MapNode[], isWanted: (piece: Piece) => boolean): number =>
  nodes.reduce(
    (sum, { gpus }) => sum + gpus.reduce((most, { pieces }) => most + pieces.filter(isWanted).length, 0),
    0,
  );
