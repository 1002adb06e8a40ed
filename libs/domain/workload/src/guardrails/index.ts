export {
  DEFAULT_GUARDRAILS,
  GUARDRAIL_PRESETS,
  podSecurityLevel,
  probesNameHosts,
  withinGuardrails,
  withOverrides,
  type GuardrailName,
  type GuardrailOverrides,
  type Guardrails,
} from './guardrails';
export type { ExposedHosts } from './exposed-hosts';
export { namespaceOutside, refusals, type GuardrailContext, type GuardrailRefusal } from './refusals';
