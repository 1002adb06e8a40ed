import type { ReactElement, ReactNode } from 'react';
import { Link } from 'wouter';
import type { BodyOf } from '../../api/client';
import { Copy } from '../../components/values/copy';
import { number } from '../../components/values/numbers';
import { Panel } from '../../components/layout/panel';
import { Empty } from '../../components/layout/states';
import { When } from '../../components/values/when';

type Workload = BodyOf<'get_workload'>;

/** Where it can be reached, what it holds, and its conditions. */
export function Summary({ workload }: { readonly workload: Workload }): ReactElement {
  const { allocatedResources: held, requestedPods } = workload;
  const facts: readonly (readonly [string, ReactNode])[] = [
    [
      'Replicas',
      `${workload.runningPods} running, ${requestedPods?.number ?? requestedPods?.min ?? '–'} asked for`,
    ],
    ['GPU', number(held?.gpu ?? 0)],
    ['GPU memory', held?.gpuMemory ?? '–'],
    ['Node pools', workload.currentNodePools?.join(', ') ?? '–'],
    ['Asked for, per replica', askedFor(workload)],
    ['Replicas allowed', `${requestedPods?.min ?? 0} to ${requestedPods?.max ?? '–'}`],
    ['Images', workload.images?.join(', ') ?? '–'],
    ['Priority', workload.priorityClassName],
    ['Created', <When key="created" at={workload.createdAt} />],
    ['By', workload.submittedBy ?? '–'],
    ['Id', <Copy key="id" text={workload.id} />],
  ];
  return (
    <div className="columns">
      <Panel title="Connections">
        {(workload.urls ?? []).length === 0 ? (
          <Empty title="No address">The workload has no serving port.</Empty>
        ) : (
          <ul className="steps">
            {workload.urls?.map((url) => (
              <li key={url} className="line">
                <Copy text={url} />
              </li>
            ))}
          </ul>
        )}
      </Panel>
      <Panel title="What it holds" aside={<Link href={`/workloads/${workload.id}/pods`}>Pods</Link>}>
        <dl className="facts">
          {facts.map(([name, value]) => (
            <Fact key={name} name={name}>
              {value}
            </Fact>
          ))}
        </dl>
      </Panel>
      <Panel title="Conditions">
        <ul className="steps">
          {workload.conditions.map(({ type, status, reason, message, lastTransitionTime }) => (
            <li key={type}>
              <When at={lastTransitionTime} />
              <div>
                <strong>{type}</strong> {status} {reason === undefined || reason === '' ? '' : `(${reason})`}
                <div className="small">{message}</div>
              </div>
            </li>
          ))}
        </ul>
      </Panel>
    </div>
  );
}

/** The GPU request of one replica, as it was asked. */
function askedFor({ podsRequestedResources: asked }: Workload): string {
  if (asked === null || asked === undefined) return '–';
  const { gpu, gpuMemory, migProfile } = asked;
  return (
    migProfile?.join(', ') ??
    gpuMemory?.request ??
    (gpu?.request === null || gpu?.request === undefined ? 'no GPU' : `${number(gpu.request)} GPU`)
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
