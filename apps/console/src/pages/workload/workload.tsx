import { lazy, Suspense, type ReactElement } from 'react';
import { Link, useLocation } from 'wouter';
import { useOperation } from '../../api/use-operation';
import { Measured } from '../../components/plots/measured';
import { Phase } from '../../components/values/phase';
import { Loaded, Waiting } from '../../components/layout/states';
import { When } from '../../components/values/when';
import { Actions } from './actions';
import { Happenings } from './happenings';
import { Logs } from './logs';
import { Placement } from './placement';
import { PLOTS } from './plots';
import { Pods } from './pods';
import { Scaling } from './scaling/scaling';
import { Spec } from './spec';
import { Summary } from './summary';
import './workload.css';

const EditWorkload = lazy(() => import('../workload-form/edit-workload'));

const Playground = lazy(() => import('../playground/workload-playground'));

const TABS = [
  ['summary', 'Summary'],
  ['placement', 'Placement'],
  ['playground', 'Playground'],
  ['scaling', 'Scaling'],
  ['metrics', 'Metrics'],
  ['pods', 'Pods'],
  ['logs', 'Logs'],
  ['events', 'Events'],
  ['spec', 'Spec'],
] as const;

/** Phases in which everything is as it should be. */
const CALM: readonly string[] = ['Running', 'Completed', 'Stopped', 'Deleted'];

/** One workload: its phase and the reason first, then all that is known about it. */
export default function Workload({ id, tab }: { readonly id: string; readonly tab: string }): ReactElement {
  const [, navigate] = useLocation();
  const query = useOperation('get_workload', { params: { workloadId: id } }, { everyMs: 15_000 });
  return (
    <Loaded query={query} lines={8}>
      {(workload) => (
        <>
          <div className="title">
            <div>
              <h1>{workload.name}</h1>
              <span className="soft">
                in{' '}
                <Link href={`/workloads?project=${encodeURIComponent(workload.projectName)}`}>
                  {workload.projectName}
                </Link>
              </span>
            </div>
            {workload.deletedAt === null ? <Actions workload={workload} /> : null}
          </div>
          <div className="notice" data-tone={toneOf(workload.phase)}>
            <span>
              <Phase phase={workload.phase} />{' '}
              <span className="soft small">
                since <When at={workload.phaseUpdatedAt} />
              </span>
            </span>
            {(workload.phaseMessage ?? '') === '' ? null : <span>{workload.phaseMessage}</span>}
            {workload.phase === 'Pending' && tab !== 'placement' ? (
              <Link href={`/workloads/${id}/placement`}>Why, node by node</Link>
            ) : null}
          </div>
          <nav className="tabs" aria-label="Parts of the workload">
            {TABS.map(([name, label]) => (
              <Link
                key={name}
                href={`/workloads/${id}/${name}`}
                aria-current={tab === name ? 'page' : undefined}
              >
                {label}
              </Link>
            ))}
          </nav>
          <Part id={id} tab={tab} workload={workload} />
          {tab === 'edit' ? (
            <Suspense>
              <EditWorkload id={id} close={() => navigate(`/workloads/${id}`)} />
            </Suspense>
          ) : null}
        </>
      )}
    </Loaded>
  );
}

const toneOf = (phase: string): string =>
  phase === 'Failed' ? 'bad' : phase === 'Running' ? 'good' : CALM.includes(phase) ? 'calm' : 'warn';

function Part({
  id,
  tab,
  workload,
}: {
  readonly id: string;
  readonly tab: string;
  readonly workload: Parameters<typeof Summary>[0]['workload'];
}): ReactElement {
  switch (tab) {
    case 'placement':
      return <Placement id={id} />;
    case 'playground':
      return (
        <Suspense fallback={<Waiting lines={6} />}>
          <Playground workload={workload} />
        </Suspense>
      );
    case 'scaling':
      return <Scaling id={id} />;
    case 'metrics':
      return (
        <Measured
          title="Metrics"
          operation="get_workload_metrics"
          params={{ workloadId: id }}
          plots={PLOTS}
        />
      );
    case 'pods':
      return <Pods id={id} />;
    case 'logs':
      return <Logs id={id} />;
    case 'events':
      return <Happenings id={id} />;
    case 'spec':
      return <Spec id={id} />;
    default:
      return <Summary workload={workload} />;
  }
}
