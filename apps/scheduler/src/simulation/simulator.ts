import { setImmediate } from 'node:timers/promises';
import {
  MAX_SIMULATED,
  nextReplica,
  simulate,
  simulatedReplicas,
  type AcceptedWorkloads,
  type ClusterView,
  type CompiledWorkload,
} from '@tessera/application-reconciliation';
import type { ApplyCommand } from '@tessera/contracts-events';
import type { PlacementExplanation, SimulatedReplica } from '@tessera/contracts-rest';
import type { Clock } from '@tessera/kernel';
import { HttpError } from '@tessera/platform-http';
import { knownWorkload } from '../workloads/known-workload';
import type { ExplainingNow, PlacingNow } from './placing-now';

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
      readonly explain: ExplainingNow;
      readonly workloads: Pick<AcceptedWorkloads, 'load'>;
      readonly view: Pick<ClusterView, 'requestsOnceAdmitted' | 'claimsOf' | 'replicasOf'>;
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
      if (onCluster === undefined) throw notLoaded();
      const now = new Date(this.on.clock.now()).toISOString();
      const admitted = (target: CompiledWorkload) => this.on.view.requestsOnceAdmitted(target);
      return inSlices(simulate(command, copies, onCluster, now, admitted));
    });
  }

  /**
   * What every node says to a further replica of an accepted workload. Throws 404 for an unknown one, 503 as
   * {@link decide}.
   */
  async explain(workloadId: string): Promise<PlacementExplanation> {
    const workload = await knownWorkload(this.on.workloads, workloadId);
    return this.inTurn(async () => {
      const explain = await this.on.explain();
      if (explain === undefined) throw notLoaded();
      return explain(nextReplica(workload, this.on.view));
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

const notLoaded = (): HttpError =>
  new HttpError(503, 'The cluster state is not loaded yet; try again shortly.');

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
