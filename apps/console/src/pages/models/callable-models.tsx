import { useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import type { UseQueryResult } from '@tanstack/react-query';
import { useSettings } from '../../api/settings';
import type { Model } from '../../gateway/model-list';
import { Copy } from '../../components/values/copy';
import { Panel } from '../../components/layout/panel';
import { Empty, Waiting } from '../../components/layout/states';
import { GatewayProblem } from './gateway-problem';
import { ModelState } from './model-state';
import { playgroundOf } from './playground-address';
import { WorkloadLink, type useWorkloadAddresses } from './workload-link';

/** More rows than anybody reads; the search finds the others. */
const MOST = 200;
/** So many are read without a search. */
const FEW = 8;

/** What the gateway lets the reader call, each with its state. */
export function CallableModels({
  query,
  addressOf,
}: {
  readonly query: UseQueryResult<readonly Model[]>;
  readonly addressOf: ReturnType<typeof useWorkloadAddresses>;
}): ReactElement {
  const { data, error, refetch } = query;
  const settings = useSettings();
  return (
    <Panel title="You may call" aside={settings.data && <Copy text={settings.data.gateway.models} />}>
      {error === null ? null : <GatewayProblem error={error} retry={() => void refetch()} />}
      {data === undefined ? (
        error === null ? (
          <Waiting lines={4} />
        ) : null
      ) : data.length === 0 ? (
        <Empty title="There is no model that you may call">
          A workload with a serving port is one, under its name, once it lets you in.{' '}
          <Link href="/workloads?new">Create one</Link>.
        </Empty>
      ) : (
        <Searched models={data} addressOf={addressOf} />
      )}
    </Panel>
  );
}

function Searched({
  models,
  addressOf,
}: {
  readonly models: readonly Model[];
  readonly addressOf: ReturnType<typeof useWorkloadAddresses>;
}): ReactElement {
  const [search, setSearch] = useState('');
  const found = models.filter(({ id }) => id.toLowerCase().includes(search.toLowerCase()));
  return (
    <>
      {models.length <= FEW ? null : (
        <search className="bar">
          <div className="field">
            <label htmlFor="model-search">Search {models.length} models</label>
            <input
              id="model-search"
              type="search"
              placeholder="Part of a name"
              value={search}
              onChange={({ target }) => setSearch(target.value)}
            />
          </div>
        </search>
      )}
      {found.length === 0 ? <Empty title="No model matches">Change the search.</Empty> : null}
      {found.length === 0 ? null : (
        <div className="table" tabIndex={0} role="region" aria-label="Models that you may call">
          <table>
            <thead>
              <tr>
                {['Model', 'State', 'Try it', 'Served by'].map((head) => (
                  <th key={head} scope="col">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {found.slice(0, MOST).map((model) => (
                <Row key={model.id} model={model} addressOf={addressOf} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {found.length <= MOST ? null : (
        <p className="small soft">
          These are {MOST} of {found.length}; search for the others.
        </p>
      )}
    </>
  );
}

function Row({
  model: { id, state, workload, owned_by: owner },
  addressOf,
}: {
  readonly model: Model;
  readonly addressOf: ReturnType<typeof useWorkloadAddresses>;
}): ReactElement {
  const [project = '', name = ''] = workload?.split('/') ?? [];
  return (
    <tr>
      <th scope="row" className="name">
        {id}
      </th>
      <td>
        <ModelState state={state} />
      </td>
      <td>
        <Link className="whole" href={playgroundOf(id)} aria-label={`Try it: ${id}`}>
          Try it
        </Link>
      </td>
      <td>
        {workload === undefined ? (
          <span className="soft">an alias of {owner === 'tessera' ? 'all projects' : owner}</span>
        ) : (
          <WorkloadLink project={project} name={name} addressOf={addressOf} />
        )}
      </td>
    </tr>
  );
}
