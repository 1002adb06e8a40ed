import type { GuardrailRefusal } from '@tessera/domain-workload';

/** The guardrails of the project reject the workload; nothing is written for it. */
export class GuardrailError extends Error {
  constructor(refusals: readonly GuardrailRefusal[]) {
    const reasons = refusals.map(({ field, rule, message }) => `${field}: ${message} (guardrail ${rule})`);
    super(reasons.join('; '));
    this.name = 'GuardrailError';
  }
}
