import { DEFAULT_GUARDRAIL_SETTINGS, readGuardrails } from '@tessera/contracts-kubernetes';
import type { GuardrailContext } from '@tessera/domain-workload';
import { yamlFile } from '@tessera/platform-config';
import type { ApiConfig } from '../config';

/** Reads the guardrails from the operator's file. Throws every problem of the file at once. */
export function guardrailsOf(
  config: Pick<
    ApiConfig,
    | 'TESSERA_GUARDRAILS_FILE'
    | 'TESSERA_EXPOSED_URLS_BASE'
    | 'TESSERA_API_PUBLIC_URL'
    | 'TESSERA_GATEWAY_PUBLIC_URL'
    | 'TESSERA_GATEWAY_DOMAIN'
  >,
): GuardrailContext {
  const { TESSERA_GUARDRAILS_FILE: file, TESSERA_EXPOSED_URLS_BASE: base } = config;
  const { rules } =
    file === undefined
      ? DEFAULT_GUARDRAIL_SETTINGS
      : yamlFile('TESSERA_GUARDRAILS_FILE', file, readGuardrails);
  return {
    rules,
    hosts: {
      ...(base === undefined ? {} : { base: new URL(base).hostname }),
      reserved: [config.TESSERA_API_PUBLIC_URL, config.TESSERA_GATEWAY_PUBLIC_URL].map(
        (url) => new URL(url).hostname,
      ),
      servingDomain: config.TESSERA_GATEWAY_DOMAIN,
    },
  };
}
