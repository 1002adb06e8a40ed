export * from './guardrails';
export type { ExposedHosts } from './exposed-hosts';
export { namespaceOutside, refusals, type GuardrailContext, type Refusal } from './refusals';
