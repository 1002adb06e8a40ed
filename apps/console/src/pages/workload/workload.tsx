import { lazy, Suspense, type ReactElement } from 'react';
import { Link, useLocation } from 'wouter';
import { useOperation } from '../../api/use-operation';
import { Ask } from '../../parts/ask';
import { Measured } from '../../parts/measured';
import { Phase } from '../../parts/phase';
import { Loaded, Waiting } from '../../parts/states';
import { useConsole } from '../../shell/console';
import { Happenings } from './happenings';
import { Logs } from './logs';
import { Pods } from './pods';
import { Scaling } from './scaling';
import { Spec } from './spec';
import { Summary } from './summary';
import { PLOTS } from './plots';

const Playground = lazy(() => import('../playground/workload-playground'));

const TABS = [
  ['summary', 'Summary'],
  ['playground', 'Playground'],
  ['scaling', 'Scaling'],
  ['metrics', 'Metrics'],
  ['pods', 'Pods'],
  ['logs', 'Logs'],
  ['events', 'Events'],
  ['spec', 'Spec'],
] as const;

/** One workload: its phase and the reason first, then all that is known about it. */
export default function Workload({ id, tab }: { readonly id: string; readonly tab: string }): ReactElement {
  const { api } = useConsole();
  const [, navigate] = useLocation();
  const query = useOperation('get_workload', { params: { workloadId: id } }, { everyMs: 15_000 });
  const remove = async (): Promise<void> => {
    await api.call('delete_inference', { params: { workloadId: id } });
    navigate('/workloads');
  };
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
            {workload.deletedAt === null ? (
              <Ask label="Delete" title={`Delete ${workload.name}?`} act={remove}>
                Its pods are stopped and its URL answers no more. History and events are kept.
              </Ask>
            ) : null}
          </div>
          <div className="notice" data-tone={workload.phase === 'Running' ? 'good' : 'warn'}>
            <Phase phase={workload.phase} />
            <span>{workload.phaseMessage}</span>
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
        </>
      )}
    </Loaded>
  );
}

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
