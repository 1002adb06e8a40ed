export * from './guardrails';
export { allowsHost, sameHost } from './patterns';
export { isBelowBase, urlHost, type ExposedHosts } from './exposed-hosts';
export { MOST_REFUSALS, namespaceOutside, refusals, type GuardrailContext, type Refusal } from './refusals';
