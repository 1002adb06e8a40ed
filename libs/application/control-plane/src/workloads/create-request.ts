import type { SpecJson, WorkloadRecord } from './model';

/** A request to create an inference; its shape has been validated. */
export interface CreateInference {
  readonly name: string;
  readonly asPrefix: boolean;
  readonly projectId: string;
  readonly clusterId: string;
  readonly templateId?: string;
  readonly spec: SpecJson | null;
  /** Unknown fields: stored, and reported as ignored. */
  readonly unknown?: readonly string[];
  /** Set if the client may repeat the request. */
  readonly idempotency?: Idempotency;
  /** If aborted, nothing further is written: the client has disconnected or will get a 503 with Retry-After. */
  readonly signal?: Cancellation;
}

/** What a use case asks of a signal; an AbortSignal is one. Throws the reason once the signal is aborted. */
export type Cancellation = Pick<AbortSignal, 'throwIfAborted'>;

export interface Idempotency {
  readonly key: string;
  readonly bodyHash: string;
  /** Builds the answer in the form that is stored and sent again. */
  readonly answerOf: (workload: WorkloadRecord) => object;
}
