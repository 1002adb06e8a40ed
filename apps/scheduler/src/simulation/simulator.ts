import { setImmediate } from 'node:timers/promises';
import {
  MAX_SIMULATED,
  simulate,
  simulatedReplicas,
  type ClusterView,
  type CompiledWorkload,
} from '@tessera/application-reconciliation';
import type { ApplyCommand } from '@tessera/contracts-events';
import type { SimulatedReplica } from '@tessera/contracts-rest';
import type { Clock } from '@tessera/kernel';
import { HttpError } from '@tessera/platform-http';
import type { PlacingNow } from './placing-now';

/** Longest time for which a simulation blocks the event loop, ms: the same process reconciles all workloads. */
const SLICE_MS = 10;
/** Maximum number of simulations that wait for the running one. */
const MAX_WAITING = 16;

/** Runs simulations one at a time: each has a model of the whole cluster. */
export class Simulator {
  private waiting = 0;
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    readonly on: {
      readonly place: PlacingNow;
      readonly view: Pick<ClusterView, 'requestsOnceAdmitted'>;
      readonly clock: Clock;
    },
  ) {}

  /**
   * Where the replicas of so many copies would be placed. Throws 400 for a simulation that is too large, 503 while the
   * cluster state is not loaded or too many simulations wait.
   */
  async decide(command: ApplyCommand, copies: number): Promise<readonly SimulatedReplica[]> {
    const replicas = simulatedReplicas(command, copies);
    if (replicas > MAX_SIMULATED)
      throw new HttpError(
        400,
        'The simulation is too large.',
        `all copies together have ${replicas} replicas; the maximum is ${MAX_SIMULATED}`,
      );
    return this.inTurn(async () => {
      const onCluster = await this.on.place();
      if (onCluster === undefined)
        throw new HttpError(503, 'The cluster state is not loaded yet; try again shortly.');
      const now = new Date(this.on.clock.now()).toISOString();
      const admitted = (target: CompiledWorkload) => this.on.view.requestsOnceAdmitted(target);
      return inSlices(simulate(command, copies, onCluster, now, admitted));
    });
  }

  private async inTurn<T>(run: () => Promise<T>): Promise<T> {
    if (this.waiting > MAX_WAITING)
      throw new HttpError(503, 'Too many simulations are waiting; try again later.');
    this.waiting += 1;
    const mine = this.last.then(run).finally(() => (this.waiting -= 1));
    this.last = mine.catch(() => undefined);
    return mine;
  }
}

/** Collects all values of a generator and yields to the event loop whenever its time slice is used up. */
export async function inSlices<T>(steps: Iterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  let began = performance.now();
  for (const step of steps) {
    found.push(step);
    if (performance.now() - began < SLICE_MS) continue;
    await setImmediate();
    began = performance.now();
  }
  return found;
}
