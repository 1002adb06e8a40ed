import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { useNodes } from '../../api/use-nodes';
import { useOperation } from '../../api/use-operation';
import { Figure, Panel } from '../../parts/panel';
import { number, percent } from '../../parts/numbers';
import { Empty, Loaded, Problem, Waiting } from '../../parts/states';
import { When } from '../../parts/when';
import { capacityOf } from './capacity';
import { IdleWorkloads } from './idle';
import { UseOverTime } from './use-over-time';

const PENDING = 20;

/** What the platform has, what of it is used, and what waits. */
export default function Overview(): ReactElement {
  const { clusters, error } = useNodes();
  return (
    <>
      <div className="title">
        <h1>Overview</h1>
        <Link className="button" data-kind="main" href="/workloads?new">
          New workload
        </Link>
      </div>
      {clusters === undefined ? error === null ? <Waiting lines={3} /> : <Problem error={error} /> : null}
      {clusters?.map(({ cluster, error: failure }) =>
        failure === null ? null : (
          <Problem key={cluster.uuid} error={new Error(`Cluster ${cluster.name}: ${text(failure)}`)} />
        ),
      )}
      {clusters === undefined ? null : <Figures nodes={clusters.flatMap(({ nodes }) => nodes)} />}
      <div className="columns">
        <Waits />
        <IdleWorkloads />
        {clusters?.map(({ cluster }) => (
          <UseOverTime key={cluster.uuid} cluster={cluster} />
        ))}
      </div>
    </>
  );
}

const text = (failure: unknown): string => (failure instanceof Error ? failure.message : String(failure));

function Figures({ nodes }: { readonly nodes: Parameters<typeof capacityOf>[0] }): ReactElement {
  const capacity = capacityOf(nodes);
  const phases = useOperation('get_workloads_telemetry', {
    query: { telemetryType: 'WORKLOADS_COUNT', groupBy: 'Phase' },
  });
  const count = (phase: string): number =>
    Number(
      phases.data?.values.find(({ groups }) => groups?.some(({ value }) => value === phase))?.value ?? 0,
    );
  const pending = count('Pending');
  const failed = count('Failed') + count('Degraded');
  return (
    <div className="figures">
      <Figure
        label="GPUs ready"
        value={number(capacity.readyGpus)}
        hint={`of ${capacity.gpus} on ${capacity.nodes} nodes`}
      />
      <Figure
        label="GPUs allocated"
        value={number(capacity.allocated)}
        hint={`${percent(capacity.allocated, capacity.readyGpus)} of those ready`}
      />
      <Figure
        label="Whole GPUs free"
        value={number(capacity.free)}
        hint={`and ${number(capacity.fragments)} in parts`}
      />
      <Figure label="Running" value={count('Running')} hint="workloads" tone="good" />
      <Figure label="Pending" value={pending} hint="workloads" {...(pending > 0 ? { tone: 'warn' } : {})} />
      <Figure
        label="Failed or degraded"
        value={failed}
        hint="workloads"
        {...(failed > 0 ? { tone: 'bad' } : {})}
      />
    </div>
  );
}

function Waits(): ReactElement {
  const query = useOperation('get_workloads', {
    query: { filterBy: 'phase==Pending', sortBy: 'createdAt', limit: PENDING },
  });
  return (
    <Panel title="Waiting, and why" aside={<Link href="/workloads?phase=Pending">All that are pending</Link>}>
      <Loaded query={query}>
        {({ workloads }) =>
          workloads.length === 0 ? (
            <Empty title="Nothing waits">Every workload has the replicas that it asks for.</Empty>
          ) : (
            <ul className="steps">
              {workloads.map(({ id, name, projectName, phaseMessage, createdAt }) => (
                <li key={id}>
                  <When at={createdAt} />
                  <div>
                    <Link href={`/workloads/${id}`}>{name}</Link>{' '}
                    <span className="soft">in {projectName}</span>
                    <div className="small">
                      {phaseMessage === undefined || phaseMessage === ''
                        ? 'No reason is known yet.'
                        : phaseMessage}
                    </div>
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  );
}
