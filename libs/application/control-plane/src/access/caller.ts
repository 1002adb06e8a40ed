/** The caller and its origin, for the audit log. */
export interface Caller {
  /** Email of a user or name of an application; shown as `createdBy`. */
  readonly name: string;
  readonly subjectId: string;
  readonly address: string;
  readonly requestId: string;
  /** W3C name of the span of the call; sent with everything that the call causes. */
  readonly traceparent?: string;
}

/** A call as the audit log names it: operation and status are the terms of the app that serves it. */
export interface AuditedCall {
  readonly caller: Caller;
  readonly operation: string;
  readonly status: number;
}

/** A row of the audit log. */
export interface AuditEntry extends AuditedCall {
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly target: string;
  /** Number of calls that the entry stands for; one by default. */
  readonly count?: number;
}
