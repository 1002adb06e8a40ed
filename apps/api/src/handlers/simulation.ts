import { MAX_REPLICAS, toIntent } from '@tessera/domain-workload';
import { previewInference, type ControlPlaneDependencies } from '@tessera/application-control-plane';
import type { PlacementSimulation } from '@tessera/contracts-rest';
import type { Handlers } from '../http/call';
import { toCreateInference } from '../wire/inference';
import { badRequest, refusedByGuardrails } from '../wire/violations';
import type { SchedulerClient } from './scheduler-client';

/** What-if requests, answered by the scheduler. */
export const simulationHandlers = (
  controlPlane: ControlPlaneDependencies,
  scheduler: SchedulerClient,
): Pick<Handlers, 'simulate_placement'> => ({
  simulate_placement: async ({ body, query }, call) => {
    const request = toCreateInference(body, call.raw as Readonly<Record<string, unknown>>);
    const preview = await previewInference(controlPlane, request, call.caller);
    if (preview.kind === 'invalid') throw badRequest(preview.violations);
    if (preview.kind === 'refused') throw refusedByGuardrails(preview.refusals);
    const { command } = preview;
    const most = Math.floor(
      MAX_REPLICAS / Math.max(1, toIntent(command.spec).intent.scaling.initialReplicas),
    );
    if (query.copies > most) throw badRequest([{ field: 'copies', message: tooMany(most) }]);
    const question = { command, copies: query.copies };
    const answer = await scheduler.json<SchedulerAnswer>(command.clusterId, 'placement:simulate', question);
    const replicas = answer.replicas.map(shown);
    return { status: 200, body: { fits: replicas.every(({ outcome }) => outcome === 'placed'), replicas } };
  },
});

const tooMany = (most: number): string =>
  `must be at most ${most} for this workload: ${MAX_REPLICAS} replicas of all copies together are placed at most`;

/** The scheduler's response, as far as the API exposes it. */
interface SchedulerAnswer {
  readonly replicas: readonly {
    readonly copy: number;
    readonly replica: number;
    readonly decision:
      | {
          readonly outcome: 'placed';
          readonly placement: {
            readonly node: string;
            readonly pool?: string;
            readonly devices: readonly {
              readonly slot: number;
              readonly milliGpu: number;
              readonly memoryMiB: number;
              readonly mig?: { readonly profile: string };
            }[];
          };
        }
      | { readonly outcome: 'unschedulable'; readonly verdict: Refusal };
  }[];
}
type Refusal = Omit<
  Extract<PlacementSimulation['replicas'][number], { outcome: 'unschedulable' }>,
  'outcome' | 'copy' | 'replica'
>;

function shown({
  copy,
  replica,
  decision,
}: SchedulerAnswer['replicas'][number]): PlacementSimulation['replicas'][number] {
  if (decision.outcome === 'unschedulable') {
    const { message, nodes, rejected, nearestMiss, suggestions } = decision.verdict;
    const miss = nearestMiss === undefined ? {} : { nearestMiss };
    return { outcome: 'unschedulable', copy, replica, message, nodes, rejected, ...miss, suggestions };
  }
  const { node, pool, devices } = decision.placement;
  return {
    outcome: 'placed',
    copy,
    replica,
    node,
    ...(pool === undefined ? {} : { nodePool: pool }),
    devices: devices.map(({ slot, milliGpu, memoryMiB, mig }) => ({
      device: slot,
      gpu: milliGpu / 1000,
      memoryMiB,
      ...(mig === undefined ? {} : { migProfile: mig.profile }),
    })),
  };
}
