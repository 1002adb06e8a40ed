/**
 * Phase of a change. `Refused` has not begun and is checked again while it is requested; `Draining`, `Applying`,
 * `Recovering` and `RollingBack` are in progress; `Succeeded` and `Failed` stay until another change is requested.
 */
export const REPARTITION_PHASES = [
  'Refused',
  'Draining',
  'Applying',
  'Recovering',
  'RollingBack',
  'Succeeded',
  'Failed',
] as const;
export type RepartitionPhase = (typeof REPARTITION_PHASES)[number];

/** State of a change, stored on the node, from which a restarted scheduler continues. Times are ms. */
export interface Repartition {
  readonly config: string;
  /** The previous configuration, where there was one. */
  readonly from?: string;
  readonly phase: RepartitionPhase;
  readonly message: string;
  readonly startedAt: number;
  /** Since when it is in this phase, by the clock of the scheduler that wrote it. */
  readonly since: number;
  /** True where the scheduler cordoned the node and has to uncordon it. */
  readonly cordoned: boolean;
  /** Attempts to recover a stuck mig-manager. */
  readonly attempts: number;
  /** The labels `nvidia.com/gpu.deploy.*` before mig-manager touched them. */
  readonly deploy: Readonly<Record<string, string>>;
}

/** A node with a requested or running change. */
export interface NodeToRepartition {
  readonly labels: Readonly<Record<string, string>>;
  readonly cordoned: boolean;
  /** Instances that the device plugin offers by profile, `nvidia.com/mig-<profile>`. */
  readonly offered: Readonly<Record<string, number>>;
  /** Model and total memory of its devices; undefined where it has none. */
  readonly device?: { readonly model: string; readonly memoryMiB: number };
  /** The requested configuration. */
  readonly asked?: string;
  readonly change?: Repartition;
  /**
   * How long the change has been seen in its phase, ms. Time limits go by it where it is known: the clock that wrote
   * `since` may be another's, and may have been set.
   */
  readonly waitedMs?: number;
  /** Our pods that use a device of the node: replicas and reservation pods. */
  readonly ours: readonly { readonly name: string; readonly stays?: string }[];
  /** Pods outside Tessera that use one. */
  readonly foreign: readonly string[];
  /** Names that mig-manager publishes for this node; undefined where it publishes none. */
  readonly configs?: readonly string[];
}

/** Time limits of the steps, ms, and the number of recovery attempts. */
export interface RepartitionTiming {
  readonly drainMs: number;
  /** Time in `pending` with paused operator components after which mig-manager counts as stuck (gpu-operator#2833). */
  readonly stuckMs: number;
  /** Time without success, reboots included, after which the change has failed. */
  readonly limitMs: number;
  /** How long the other configuration is set before the requested one is set again. */
  readonly awayMs: number;
  readonly attempts: number;
}

const IN_PROGRESS: readonly RepartitionPhase[] = ['Draining', 'Applying', 'Recovering', 'RollingBack'];

/** True while nothing may be placed on the node. */
export const isInProgress = (change: Pick<Repartition, 'phase'> | undefined): boolean =>
  change !== undefined && IN_PROGRESS.includes(change.phase);
