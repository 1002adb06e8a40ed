import { DeviceHealer } from '../gpu-sharing/device-healer';
import { ReservationController } from '../gpu-sharing/reservation-controller';
import { MigController } from '../mig/mig-controller';
import { ObjectController } from '../objects/object-controller';
import { ReplicaController } from '../rollout/replica-controller';
import type { ReconcilerDependencies } from './dependencies';
import type { CycleState } from './cycle-state';

/** How controllers and steps have a workload reconciled again. */
export interface Enqueueing {
  readonly enqueue: (workloadId: string) => void;
  /** Enqueues a workload for a time, ms since the epoch. */
  readonly enqueueAt: (workloadId: string, at: number) => void;
  /** Enqueues a workload again after a backoff. */
  readonly again: (workloadId: string, error: unknown) => void;
}

/** One controller for each kind of object that the reconciler writes. */
export interface Controllers {
  readonly replicas: ReplicaController;
  readonly objects: ObjectController;
  readonly reservationPods: ReservationController;
  readonly healer: DeviceHealer;
  /** Undefined where MIG geometry does not change. */
  readonly mig: MigController | undefined;
}

export function controllersOf(
  on: ReconcilerDependencies,
  { problems, admitted }: CycleState,
  { enqueue, enqueueAt, again }: Enqueueing,
): Controllers {
  const onError = (error: unknown): void => on.onError('', error);
  const reservationPods = new ReservationController({ ...on, timing: on.reservationTiming, onError });
  const onStep = (): void => on.onFree?.();
  const mig = on.mig && new MigController({ ...on.mig, clock: on.clock, drain: enqueue, onStep, onError });
  const objects = new ObjectController({ ...on, problems, again });
  const replicas = new ReplicaController({
    ...{ ...on, objects, reservationPods, problems, admitted, again, enqueueAt },
  });
  const healer = new DeviceHealer({
    ...on,
    avoid: (group) => reservationPods.avoid(group),
    enqueueAt,
    onError,
  });
  return { replicas, objects, reservationPods, healer, mig };
}
