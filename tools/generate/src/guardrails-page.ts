import { z } from 'zod';
import { GuardrailRules, GuardrailsFile } from '@tessera/contracts-kubernetes';
import { GUARDRAIL_PRESETS, podSecurityLevel, type GuardrailName } from '@tessera/domain-workload';

const PRESETS = ['baseline', 'restricted', 'privileged'] as const;

const shown = (value: string | readonly string[]): string => {
  if (typeof value === 'string') return value;
  if (value.includes('*')) return 'all';
  return value.length === 0 ? 'none' : value.join(' ');
};

/** Every rule in every preset. */
export function guardrailsPage(): string {
  const rows = (Object.keys(GuardrailRules.shape) as GuardrailName[]).map((name) => {
    const says = GuardrailRules.shape[name].unwrap().description ?? '';
    const values = PRESETS.map((preset) => shown(GUARDRAIL_PRESETS[preset][name]));
    return `| \`${name}\` | ${[says, ...values].join(' | ')} |`;
  });
  const levels = PRESETS.map((preset) => `\`${podSecurityLevel(GUARDRAIL_PRESETS[preset])}\``);
  return [
    '# Guardrails in every preset',
    '',
    'Made by `npm run generate`; do not edit. [The guide](../guides/guardrails.md) shows how they are set; `baseline` holds where nothing is set.',
    '',
    `| rule | what it decides | ${PRESETS.join(' | ')} |`,
    `| --- | --- | ${PRESETS.map(() => '---').join(' | ')} |`,
    ...rows,
    `| | Level of Pod Security of the namespaces | ${levels.join(' | ')} |`,
    '',
  ].join('\n');
}

/** JSON Schema of the guardrails file. */
export const guardrailsSchema = (): string =>
  `${JSON.stringify(z.toJSONSchema(GuardrailsFile, { io: 'input' }), null, 2)}\n`;
