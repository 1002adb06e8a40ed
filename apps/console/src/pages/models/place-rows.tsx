import { useId, type ReactElement, type ReactNode } from 'react';
import { useOperation } from '../../api/use-operation';
import { number } from '../../components/values/numbers';
import { draftParts, inHundredths, moved, sumOf, type DraftPlace } from './alias-draft';
import { percentOf } from './percent-of';
import { colourOf, WeightBar } from './weight-bar';

const MOST = 500;
const WHOLE = 100;

interface Rows {
  /** To choose from, for an alias of all projects. */
  readonly projects: readonly { readonly id: string; readonly name: string }[] | undefined;
  /** Of the alias; empty for all projects. */
  readonly projectId: string;
  readonly add: () => void;
}

/** The workloads that share the requests, and how. */
export function TargetRows({
  targets,
  change,
  add,
  ...scope
}: Rows & {
  readonly targets: readonly DraftPlace[];
  readonly change: (targets: readonly DraftPlace[]) => void;
}): ReactElement {
  const parts = draftParts(targets);
  const sum = sumOf(targets);
  const set = (at: number, some: Partial<DraftPlace>): void =>
    change(targets.map((target, index) => (index === at ? { ...target, ...some } : target)));
  return (
    <fieldset className="places">
      <legend>Requests go to</legend>
      <WeightBar parts={targets.map(({ workload }, at) => ({ name: workload, part: parts[at] ?? 0 }))} />
      {targets.map((target, at) => (
        <Place
          key={target.key}
          {...scope}
          place={target}
          what={`target ${at + 1}`}
          change={(some) => set(at, some)}
          remove={targets.length === 1 ? undefined : () => change(targets.filter((_, index) => index !== at))}
        >
          <Weight target={target} at={at} part={parts[at] ?? 0} change={(weight) => set(at, { weight })} />
        </Place>
      ))}
      <div className="bar between">
        <button type="button" className="button" onClick={add}>
          Add a workload
        </button>
        <span className="bar small" role="status">
          {sum === 0 ? (
            <span className="wrong">No request has a workload: give one a weight above 0.</span>
          ) : (
            <span className="soft number">Weights add up to {number(sum)}.</span>
          )}
          {sum === WHOLE || sum === 0 ? null : (
            <button type="button" className="button" onClick={() => change(inHundredths(targets))}>
              Make it 100
            </button>
          )}
        </span>
      </div>
    </fieldset>
  );
}

function Weight({
  target,
  at,
  part,
  change,
}: {
  readonly target: DraftPlace;
  readonly at: number;
  readonly part: number;
  readonly change: (weight: string) => void;
}): ReactElement {
  const id = useId();
  const weight = Number(target.weight) || 0;
  return (
    <div className="weight">
      <span className="swatch" style={{ background: colourOf(at) }} aria-hidden="true" />
      <input
        type="range"
        min="0"
        max={Math.max(WHOLE, weight)}
        value={weight}
        aria-label={`Weight of target ${at + 1}, slider`}
        aria-valuetext={`${weight}, which is ${percentOf(part)} of the requests`}
        onChange={(event) => change(event.target.value)}
      />
      <label className="unseen" htmlFor={id}>
        Weight of target {at + 1}
      </label>
      <input
        id={id}
        type="number"
        min="0"
        max="10000"
        step="1"
        required
        value={target.weight}
        onChange={(event) => change(event.target.value)}
      />
      <strong className="number">{percentOf(part)}</strong>
    </div>
  );
}

/** The workloads that are asked in their order where the chosen one cannot answer. */
export function FallbackRows({
  fallbacks,
  change,
  add,
  ...scope
}: Rows & {
  readonly fallbacks: readonly DraftPlace[];
  readonly change: (fallbacks: readonly DraftPlace[]) => void;
}): ReactElement {
  return (
    <fieldset className="places">
      <legend>Where it cannot answer, these are asked in their order</legend>
      {fallbacks.length === 0 ? <p className="small soft">None: the caller gets the error.</p> : null}
      {fallbacks.map((place, at) => (
        <Place
          key={place.key}
          {...scope}
          place={place}
          what={`fallback ${at + 1}`}
          change={(some) => change(fallbacks.map((one, index) => (index === at ? { ...one, ...some } : one)))}
          remove={() => change(fallbacks.filter((_, index) => index !== at))}
        >
          {fallbacks.length === 1 ? null : (
            <div className="bar">
              {(
                [
                  ['Up', -1],
                  ['Down', 1],
                ] as const
              ).map(([label, by]) => (
                <button
                  key={label}
                  type="button"
                  className="button"
                  aria-label={`${label}: fallback ${at + 1}`}
                  disabled={at + by < 0 || at + by >= fallbacks.length}
                  onClick={() => change(moved(fallbacks, at, by))}
                >
                  {by < 0 ? '↑' : '↓'}
                </button>
              ))}
            </div>
          )}
        </Place>
      ))}
      <div className="bar">
        <button type="button" className="button" onClick={add}>
          Add a fallback
        </button>
      </div>
    </fieldset>
  );
}

function Place({
  place,
  what,
  projects,
  projectId,
  change,
  remove,
  children,
}: Omit<Rows, 'add'> & {
  readonly place: DraftPlace;
  /** For whom sees no place: `target 1`. */
  readonly what: string;
  readonly change: (some: Partial<DraftPlace>) => void;
  readonly remove: (() => void) | undefined;
  readonly children: ReactNode;
}): ReactElement {
  const id = useId();
  const own = projectId === '' ? place.projectId : projectId;
  const known = useOperation(
    'get_workloads',
    { query: { limit: MOST, sortBy: 'name', filterBy: `projectId==${own}` } },
    { enabled: own !== '' },
  );
  return (
    <div className="place" role="group" aria-label={what}>
      <div className="fields">
        {projects === undefined ? null : (
          <div className="field">
            <label htmlFor={`${id}-project`}>Project</label>
            <select
              id={`${id}-project`}
              required
              value={place.projectId}
              onChange={({ target }) => change({ projectId: target.value })}
            >
              <option value="">Choose</option>
              {projects.map((project) => (
                <option key={project.id} value={project.id}>
                  {project.name}
                </option>
              ))}
            </select>
          </div>
        )}
        <div className="field">
          <label htmlFor={`${id}-workload`}>Workload</label>
          <input
            id={`${id}-workload`}
            list={`${id}-known`}
            required
            autoCapitalize="none"
            spellCheck={false}
            value={place.workload}
            onChange={({ target }) => change({ workload: target.value })}
          />
          <datalist id={`${id}-known`}>
            {known.data?.workloads.map(({ id: key, name }) => (
              <option key={key} value={name} />
            ))}
          </datalist>
        </div>
        <div className="field">
          <label htmlFor={`${id}-model`}>Name at its server</label>
          <input
            id={`${id}-model`}
            placeholder="that of the workload"
            autoCapitalize="none"
            spellCheck={false}
            value={place.model}
            onChange={({ target }) => change({ model: target.value })}
          />
        </div>
      </div>
      <div className="bar between">
        {children ?? <span />}
        {remove === undefined ? null : (
          <button
            type="button"
            className="button"
            data-kind="quiet"
            aria-label={`Remove ${what}`}
            onClick={remove}
          >
            Remove
          </button>
        )}
      </div>
    </div>
  );
}
