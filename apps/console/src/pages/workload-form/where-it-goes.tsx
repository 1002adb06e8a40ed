import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ReactElement } from 'react';
import type { BodyOf } from '../../api/client';
import { fieldsOf } from '../../api/json';
import { number } from '../../components/values/numbers';
import { Problem } from '../../components/layout/states';
import { useConsole } from '../../shell/console';
import { withValue, type Body } from './body/body';

type Simulation = BodyOf<'simulate_placement'>;
type Replica = Simulation['replicas'][number];

/** A pause after which a change is asked about, ms: every question is in the audit trail. */
const PAUSE_MS = 1000;
/** Replicas that are listed one by one. */
const LISTED = 8;
const NAME = 'what-if';

/**
 * Where the replicas of a body would be placed now; nothing is created. Asks again when something changes on which the
 * place depends.
 */
export function WhereItGoes({ body }: { readonly body: Body | undefined }): ReactElement {
  const { api } = useConsole();
  const question = body === undefined ? undefined : JSON.stringify(questionOf(body));
  const [asked, askNow] = useSettled(question);
  const { data, error, isFetching, refetch } = useQuery<Simulation>({
    queryKey: ['simulate_placement', asked],
    queryFn: ({ signal }) => api.call('simulate_placement', { body: fieldsOf(asked ?? '{}'), signal }),
    enabled: asked !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    retry: false,
  });
  // What was true of the fields before says nothing of those that are wrong now.
  const shown = body === undefined ? undefined : data;
  const tone = shown === undefined ? undefined : shown.fits ? 'good' : 'warn';
  return (
    <section className="notice where" aria-label="Placement" data-tone={error === null ? tone : 'bad'}>
      <div className="title">
        <strong>{headline(shown, body)}</strong>
        <button
          type="button"
          className="button"
          disabled={question === undefined}
          onClick={() => (asked === question ? void refetch() : askNow())}
        >
          {isFetching ? 'Asking' : 'Where would it go?'}
        </button>
      </div>
      {error === null ? (
        <ul className="steps" aria-live="polite">
          {shown?.replicas.slice(0, LISTED).map((replica) => (
            <li key={`${replica.copy}/${replica.replica}`}>
              <span>Replica {replica.replica}</span>
              <Verdict replica={replica} />
            </li>
          ))}
        </ul>
      ) : (
        <Problem error={error} />
      )}
      {(shown?.replicas.length ?? 0) > LISTED ? (
        <span className="small soft">and {(shown?.replicas.length ?? 0) - LISTED} more</span>
      ) : null}
    </section>
  );
}

function headline(data: Simulation | undefined, body: Body | undefined): string {
  if (data === undefined)
    return body === undefined ? 'The place is known once the fields are right' : 'Where would it go now?';
  if (data.replicas.length === 0) return 'It begins without a replica';
  const placed = data.replicas.filter(({ outcome }) => outcome === 'placed').length;
  if (data.fits) return placed === 1 ? 'It fits now' : `All ${placed} replicas fit now`;
  return placed === 0
    ? 'It fits on no node now, and would wait'
    : `${placed} of ${data.replicas.length} replicas fit now`;
}

function Verdict({ replica }: { readonly replica: Replica }): ReactElement {
  if (replica.outcome === 'placed')
    return (
      <span>
        <strong>{replica.node}</strong>
        {replica.devices.map(({ device, gpu, migProfile }) => (
          <span key={device} className="soft">
            {' '}
            GPU {device}: {migProfile ?? number(gpu)}
          </span>
        ))}
      </span>
    );
  return (
    <div>
      {replica.message}
      {replica.nearestMiss === undefined ? null : (
        <div className="small soft">Nearest: {replica.nearestMiss}</div>
      )}
      {replica.suggestions.map((suggestion) => (
        <div key={suggestion} className="small">
          {suggestion}
        </div>
      ))}
    </div>
  );
}

/** The body without what no place depends on, so that typing it asks nothing; the name need not be there yet. */
const questionOf = (body: Body): Body =>
  ['spec.args', 'spec.command', 'spec.environmentVariables'].reduce(
    (question, path) => withValue(question, path, undefined),
    withValue(body, 'name', NAME),
  );

/** The value once it has not changed for a while, and what takes it at once. */
function useSettled<T>(value: T): readonly [settled: T, settle: () => void] {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return [settled, () => setSettled(value)];
}
