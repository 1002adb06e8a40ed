import { join } from 'node:path';

/** Environment of a platform whose workloads may ask for everything: for tests that are not about guardrails. */
export const PRIVILEGED: Readonly<Record<string, string>> = {
  TESSERA_GUARDRAILS_FILE: join(__dirname, 'privileged-guardrails.yaml'),
};
