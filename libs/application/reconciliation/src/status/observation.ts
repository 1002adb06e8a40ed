import type { IgnoredField } from '@tessera/domain-workload';
import type { Problem } from '../model/problems';
import type { ReplicaPod } from '../model/replica';
import type { ReplicaPlan } from '../rollout/rollout-plan';
import type { RejectedReplica } from '../rollout/rejections';
import type { FailedStart } from '../rollout/slow-start';
import type { MeasuredStart } from '../starts/start-recorder';
import type { DesiredReplicas } from '../scaling/replica-target';

/** A rejection of a replica, and until when its node is avoided. */
export interface ObservedRejection extends RejectedReplica {
  /** Until when its node is avoided, ms since the epoch. */
  readonly avoidedUntil?: number;
}

/** What a reconcile of one workload observed. */
export interface Observation {
  readonly pods: readonly ReplicaPod[];
  readonly desired: DesiredReplicas;
  readonly unschedulable?: ReplicaPlan['unschedulable'];
  readonly problem?: Problem;
  /** An owned object that is missing in the cluster or refused by it. */
  readonly obstacle?: Problem;
  /** The latest start took too long, and no replica has become ready since. */
  readonly failedStart?: FailedStart;
  /** The latest rejection of one of its replicas by kubelet that still counts. */
  readonly rejection?: ObservedRejection;
  readonly urls: readonly string[];
  /** For a workload with exposed URLs: the existing ones, and why some are missing. */
  readonly exposure?: {
    readonly urls: readonly { readonly name: string; readonly url: string }[];
    readonly problem?: Problem;
    /** The cluster exposes no URLs at all: nothing is wrong with this workload. */
    readonly off: boolean;
    /** The gateway enforces who may call them. */
    readonly guarded?: boolean;
  };
  /** Starts that were measured completely, to be reported now. */
  readonly starts?: readonly MeasuredStart[];
  /** Starts of these pods are measured and reported later. */
  readonly isMeasuring?: (uid: string) => boolean;
  /** Ignored fields: received although the API refuses them. */
  readonly refused?: readonly IgnoredField[];
}
