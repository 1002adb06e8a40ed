import type { Refusal } from '@tessera/domain-workload';

/** A workload asks for what the guardrails of its project refuse: nothing is written for it. */
export class GuardrailError extends Error {
  constructor(refusals: readonly Refusal[]) {
    const told = refusals.map(({ field, rule, message }) => `${field}: ${message} (guardrail ${rule})`);
    super(told.join('; '));
    this.name = 'GuardrailError';
  }
}
