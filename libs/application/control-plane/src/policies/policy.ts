import type { GuardrailOverrides } from '@tessera/domain-workload';

type Json = Readonly<Record<string, unknown>>;

/** A policy as it is stored with its project. `defaults` are plain lists, as in a spec. */
export interface StoredPolicy {
  readonly name: string;
  readonly defaults: Json;
  /** The rules that replace the platform's in the project. */
  readonly guardrails?: GuardrailOverrides;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly updatedAt: string;
  readonly updatedBy: string;
}

const UNKNOWN = new Date(0).toISOString();

/** The policy in a row of its project; a policy of an earlier version has only defaults. */
export const storedPolicy = (stored: Json, projectId: string): StoredPolicy => ({
  name: `project-${projectId}`,
  ...{ defaults: {}, createdAt: UNKNOWN, createdBy: 'unknown', updatedAt: UNKNOWN, updatedBy: 'unknown' },
  ...(stored as Partial<StoredPolicy>),
});
