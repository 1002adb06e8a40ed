import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { ApiError } from '../../api/client';
import { useOperation } from '../../api/use-operation';
import type { Model } from '../../gateway/model-list';
import { Ask } from '../../components/dialogs/ask';
import { duration } from '../../components/values/time';
import { Empty, Loaded } from '../../components/layout/states';
import { When } from '../../components/values/when';
import { useConsole } from '../../shell/console';
import { partsOf, type Alias } from './alias-draft';
import { ChangeAlias } from './alias-form';
import { ModelState } from './model-state';
import { percentOf } from './percent-of';
import { playgroundOf } from './playground-address';
import { colourOf, WeightBar } from './weight-bar';
import { WorkloadLink, type useWorkloadAddresses } from './workload-link';

const MOST = 500;

interface Surroundings {
  /** Undefined while the gateway gives no list. */
  readonly models: readonly Model[] | undefined;
  readonly projects: ReadonlyMap<string, string>;
  readonly addressOf: ReturnType<typeof useWorkloadAddresses>;
}

/** Every alias that the reader may see. */
export function Aliases(surroundings: Surroundings): ReactElement {
  const query = useOperation(
    'get_model_aliases',
    { query: { limit: MOST, sortBy: 'name' } },
    { everyMs: 15_000 },
  );
  const { error } = query;
  if (error instanceof ApiError && error.status === 403)
    return (
      <Empty title="You may not see aliases">
        That takes the right to read workloads. The API: {error.message}
      </Empty>
    );
  return (
    <Loaded query={query} lines={6}>
      {({ modelAliases }) =>
        modelAliases.length === 0 ? (
          <Empty title="There is no alias">
            An alias is a name for one or more workloads: requests are shared by weight, and go to a fallback
            where a workload cannot answer. Callers keep the name while the models behind it change.
          </Empty>
        ) : (
          <ul className="aliases">
            {modelAliases.map((alias) => (
              <OneAlias key={alias.id} alias={alias} {...surroundings} />
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}

function OneAlias({
  alias,
  models,
  projects,
  addressOf,
}: Surroundings & { readonly alias: Alias }): ReactElement {
  const { api } = useConsole();
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const { id, name, projectName, targets, fallbacks, waitSeconds } = alias;
  const listed = models === undefined ? undefined : listedAs(alias, models);
  const parts = partsOf(targets.map(({ weight }) => weight));
  const remove = async (): Promise<void> => {
    await api.call('delete_model_alias', { params: { aliasId: id } });
    await queries.invalidateQueries({ queryKey: ['get_model_aliases'] });
  };
  const workload = (projectId: string, workloadName: string): ReactElement => (
    <WorkloadLink project={projects.get(projectId) ?? projectId} name={workloadName} addressOf={addressOf} />
  );
  return (
    <li className="panel alias" id={name}>
      <header className="bar between">
        <h3>
          {name} <span className="soft">in {projectName ?? 'all projects'}</span>
        </h3>
        {listed === undefined ? null : <ModelState state={listed.state} />}
      </header>
      <WeightBar parts={targets.map((target, at) => ({ name: target.workload, part: parts[at] ?? 0 }))} />
      <ul className="targets">
        {targets.map(({ projectId, workload: target, model }, at) => (
          <li key={`${projectId}/${target}`}>
            <span className="swatch" style={{ background: colourOf(at) }} aria-hidden="true" />
            <span>
              {workload(projectId, target)}
              {model === undefined ? null : <span className="soft"> as {model}</span>}
            </span>
            <strong className="number">{percentOf(parts[at] ?? 0)}</strong>
          </li>
        ))}
      </ul>
      {fallbacks.length === 0 ? null : (
        <p className="small">
          <span className="soft">
            Where one cannot answer
            {waitSeconds === undefined ? '' : ` within ${duration(waitSeconds * 1000)}`}:
          </span>{' '}
          {fallbacks.map((place, at) => (
            <span key={`${at} ${place.projectId}/${place.workload}`}>
              {at === 0 ? '' : ', then '}
              {workload(place.projectId, place.workload)}
            </span>
          ))}
        </p>
      )}
      <p className="small soft">
        Changed <When at={alias.updatedAt} /> by {alias.updatedBy}
      </p>
      <div className="bar">
        {models === undefined ? null : listed === undefined ? (
          <span className="small soft">The gateway does not list it to you.</span>
        ) : (
          <Link className="button" href={playgroundOf(listed.id)} aria-label={`Try it: ${name}`}>
            Try it
          </Link>
        )}
        <button type="button" className="button" onClick={() => setOpen(true)} aria-label={`Change ${name}`}>
          Change
        </button>
        <Ask label="Delete" about={name} title={`Delete the alias ${name}?`} act={remove}>
          Requests for it fail, or go to the workload of its name where there is one. Workloads stay.
        </Ask>
      </div>
      <ChangeAlias alias={alias} open={open} close={() => setOpen(false)} />
    </li>
  );
}

/** The alias as the gateway lists it to the reader; undefined where it does not. */
function listedAs({ name, projectName = 'tessera' }: Alias, models: readonly Model[]): Model | undefined {
  return models.find(
    ({ id, alias, owned_by: owner }) =>
      alias === true && owner === projectName && (id === name || id === `${projectName}/${name}`),
  );
}
