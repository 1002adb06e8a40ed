import type { SpecJson, WorkloadRecord } from './model';

/** A request to create an inference, of the right shape. */
export interface CreateInference {
  readonly name: string;
  readonly asPrefix: boolean;
  readonly projectId: string;
  readonly clusterId: string;
  readonly templateId?: string;
  readonly spec: SpecJson | null;
  /** Fields that nobody knows: kept, and told to be ignored. */
  readonly unknown?: readonly string[];
  /** Set when the client may send the same request again. */
  readonly idempotency?: Idempotency;
  /** Nothing is written once it is aborted: who asked has gone, or is about to be told to ask again. */
  readonly signal?: AbortSignal;
}

export interface Idempotency {
  readonly key: string;
  readonly bodyHash: string;
  /** How the answer is written, so that it can be kept and given again. */
  readonly answerOf: (workload: WorkloadRecord) => object;
}
