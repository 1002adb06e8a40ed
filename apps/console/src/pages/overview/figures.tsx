import { useMemo, type ReactElement } from 'react';
import { useOperation } from '../../api/use-operation';
import { useRights } from '../../api/use-rights';
import { number, percent } from '../../components/values/numbers';
import { Figure } from '../../components/layout/panel';
import { capacityOf, type Node } from './capacity';
import { askOf, fragmentationOf } from './fragmentation';
import { PENDING_QUERY } from './pending';

const EVERY_MS = 30_000;

/** What there is, what of it is held and used, and what runs and waits; each leads to its page. */
export function Figures({ nodes }: { readonly nodes: readonly Node[] }): ReactElement {
  const may = useRights();
  const capacity = useMemo(() => capacityOf(nodes), [nodes]);
  const phases = useOperation('get_workloads_telemetry', {
    query: { telemetryType: 'WORKLOADS_COUNT', groupBy: 'Phase' },
  });
  const idle = useOperation(
    'get_node_telemetry',
    { query: { telemetryType: 'IDLE_ALLOCATED_GPUS' } },
    { everyMs: EVERY_MS, enabled: may?.('nodes', 'read') === true },
  );
  const pending = useOperation('get_workloads', { query: PENDING_QUERY });
  const asks = useMemo(() => pending.data?.workloads.flatMap((one) => askOf(one) ?? []), [pending.data]);
  const lost = useMemo(() => fragmentationOf(nodes, asks ?? []), [nodes, asks]);
  const count = (...names: readonly string[]): number =>
    (phases.data?.values ?? [])
      .filter(({ groups }) => groups?.some(({ value }) => names.includes(value)))
      .reduce((sum, { value }) => sum + Number(value), 0);
  const idleGpus = idle.data?.values[0]?.value;
  const waits = count('Pending');
  const failed = count('Failed', 'Degraded');
  return (
    <div className="figures overview-figures">
      <Figure
        label="GPUs ready"
        value={number(capacity.readyGpus)}
        hint={`of ${capacity.gpus} on ${capacity.nodes} nodes`}
        href="/nodes"
        tone={capacity.readyGpus < capacity.gpus ? 'warn' : undefined}
      />
      <Figure
        label="GPUs allocated"
        value={number(capacity.allocated)}
        hint={`${percent(capacity.allocated, capacity.readyGpus)} of those ready`}
        href="/map"
        share={capacity.readyGpus === 0 ? 0 : capacity.allocated / capacity.readyGpus}
      />
      <Figure
        label="Allocated, but idle"
        value={idleGpus === undefined ? '–' : number(Number(idleGpus))}
        hint={idleGpus === undefined ? 'not measured' : 'without work for five minutes'}
        href="/usage"
        tone={Number(idleGpus ?? 0) > 0 ? 'warn' : undefined}
      />
      <Figure
        label="Whole GPUs free"
        value={number(capacity.free)}
        hint={`and ${number(capacity.fragments)} in parts`}
        href="/map"
      />
      <Figure
        label="Free, but fits nobody"
        value={asks === undefined || asks.length === 0 ? '–' : number(lost.unusable)}
        hint={
          asks === undefined || asks.length === 0
            ? 'nobody waits for a GPU'
            : `of ${number(lost.free)} free, for ${asks.length} that wait`
        }
        href="/workloads?phase=Pending"
        tone={asks !== undefined && asks.length > 0 && lost.unusable > 0 ? 'warn' : undefined}
      />
      <Figure
        label="Running"
        value={count('Running')}
        hint="workloads"
        tone="good"
        href="/workloads?phase=Running"
      />
      <Figure
        label="Pending"
        value={waits}
        hint="workloads"
        href="/workloads?phase=Pending"
        tone={waits > 0 ? 'warn' : undefined}
      />
      <Figure
        label="Failed or degraded"
        value={failed}
        hint="workloads"
        href={`/workloads?phase=${count('Failed') > 0 ? 'Failed' : 'Degraded'}`}
        tone={failed > 0 ? 'bad' : undefined}
      />
    </div>
  );
}
