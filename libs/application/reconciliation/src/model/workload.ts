import type { OrgUnitVersions, WorkloadRef, WorkloadState } from '@tessera/contracts-events';
import type { IgnoredField, References, WorkloadIntent } from '@tessera/domain-workload';
import type { ScalingRecord } from '../scaling/scaling-entry';

/** A workload that the scheduler has accepted: the desired state on one cluster. */
export interface AcceptedWorkload {
  readonly ref: WorkloadRef;
  readonly generation: number;
  /**
   * Generation that its pods are created from: the first stored one whose spec differs from the current one only in
   * scaling. Absent if that is {@link generation}.
   */
  readonly revision?: number;
  /** Revisions before this one, oldest first; absent if there are none. */
  readonly earlier?: readonly EarlierRevision[];
  readonly createdBy: string;
  readonly createdAt: string;
  readonly defaultNodePools: readonly string[];
  /** The spec as received. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** What its data volumes and credentials resolve to; absent if the API knows none of them. */
  readonly references?: References;
  /** Versions of its project and department that have to be known before it gets GPUs; absent if none have. */
  readonly orgUnitVersions?: OrgUnitVersions;
  /** The workload is to be deleted. */
  readonly removed: boolean;
  /**
   * Deletion has finished; the row stays for a while as a tombstone so that a late command cannot recreate the
   * workload.
   */
  readonly deleted: boolean;
  /** Sequence of the last event about it. */
  readonly sequence: number;
  /** Trace of the call that requested this generation; absent if it belonged to none. */
  readonly trace?: WorkloadTrace;
  /** The last reported state; events are the difference to the next one. */
  readonly state: WorkloadState;
  /** What a new leader needs of its scaling; absent before the first decision was stored. */
  readonly scaling?: ScalingRecord;
}

/** An earlier revision of a workload, stored so that an update back to it is recognised. */
export interface EarlierRevision {
  readonly revision: number;
  /** Digest of everything that its pods were created from. */
  readonly digest: string;
}

/** The generation that the pods of a workload carry. A change of its scaling alone keeps the pods. */
export const revisionOf = ({
  revision,
  generation,
}: Pick<AcceptedWorkload, 'revision' | 'generation'>): number => revision ?? generation;

/** The part of a trace that a scheduler stores, so that its later actions belong to that trace. */
export interface WorkloadTrace {
  /** W3C name of the span that requested the generation. */
  readonly cause: string;
  /** W3C name of the command's span here: parent of decisions, and sent with events. */
  readonly command: string;
  /** When the generation was accepted, RFC 3339. */
  readonly acceptedAt: string;
  /** The span of the time to Ready has been recorded. */
  readonly reported?: boolean;
}

/** A workload together with its compiled spec. */
export interface CompiledWorkload {
  readonly workload: AcceptedWorkload;
  readonly intent: WorkloadIntent;
  /** Ignored fields: received although the API refuses them; absent if there are none. */
  readonly refused?: readonly IgnoredField[];
}
