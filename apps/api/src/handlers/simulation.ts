import { previewInference, type SubmissionWorld } from '@tessera/application-submission';
import { ERRORS, type PlacementSimulation } from '@tessera/contracts-rest';
import type { ApplyCommand } from '@tessera/contracts-events';
import { HttpError } from '@tessera/platform-http';
import type { Handlers } from '../http/call';
import { toCreateInference } from '../wire/inference';
import { badRequest } from '../wire/violations';

/** Longest time the scheduler may take, ms. */
const LIMIT_MS = 20_000;

/** The scheduler's what-if question, with the caller's own token. */
export const simulationHandlers = (
  world: SubmissionWorld,
  schedulerUrl: string,
): Pick<Handlers, 'simulate_placement'> => ({
  simulate_placement: async ({ body, query }, call) => {
    const request = toCreateInference(body, call.raw as Readonly<Record<string, unknown>>);
    const preview = await previewInference(world, request, call.caller);
    if (preview.kind === 'invalid') throw badRequest(preview.violations);
    const answer = await ask(
      schedulerUrl,
      preview.command,
      query.copies,
      String(call.headers['authorization']),
    );
    const replicas = answer.replicas.map(shown);
    return { status: 200, body: { fits: replicas.every(({ outcome }) => outcome === 'placed'), replicas } };
  },
});

/** What the scheduler answers, as far as it is shown. */
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
    const { message, nodes, fallen, nearestMiss, remedies } = decision.verdict;
    const miss = nearestMiss === undefined ? {} : { nearestMiss };
    return { outcome: 'unschedulable', copy, replica, message, nodes, fallen, ...miss, remedies };
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

async function ask(
  schedulerUrl: string,
  command: ApplyCommand,
  copies: number,
  authorization: string,
): Promise<SchedulerAnswer> {
  const unavailable = (why: string): HttpError => new HttpError(503, ERRORS[503].message, why);
  let response: Response;
  try {
    response = await fetch(`${schedulerUrl.replace(/\/+$/, '')}/internal/v1/placement:simulate`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ command, copies }),
      signal: AbortSignal.timeout(LIMIT_MS),
    });
  } catch (error) {
    throw unavailable(`the scheduler cannot be reached: ${(error as Error).message}`);
  }
  if (response.status !== 200) throw unavailable(`the scheduler answered ${response.status}`);
  return (await response.json()) as SchedulerAnswer;
}
