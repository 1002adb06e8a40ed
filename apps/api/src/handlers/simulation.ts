import type { SchedulerClient } from '@tessera/adapter-services';
import { MAX_REPLICAS, toIntent } from '@tessera/domain-workload';
import { previewInference, type ControlPlaneDependencies } from '@tessera/application-control-plane';
import type { Handlers } from '../http/call';
import { toCreateInference } from '../wire/inference';
import { badRequest, refusedByGuardrails } from '../wire/violations';

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
    const replicas = await scheduler.simulatePlacement({ command, copies: query.copies });
    return { status: 200, body: { fits: replicas.every(({ outcome }) => outcome === 'placed'), replicas } };
  },
});

const tooMany = (most: number): string =>
  `must be at most ${most} for this workload: ${MAX_REPLICAS} replicas of all copies together are placed at most`;
