import type { ConsoleSettings, IdentityProvider } from '@tessera/contracts-rest/console-settings';
import type { ApiConfig } from '../config';

/** Host of the endpoint for all models, below the domain of the gateway. */
const MODELS_LABEL = 'api';

type GatewayAddress = Pick<ApiConfig, 'TESSERA_GATEWAY_PUBLIC_URL' | 'TESSERA_GATEWAY_DOMAIN'>;

/** Settings of the platform that the console reads. */
export const consoleSettings = (
  config: GatewayAddress,
  identityProviders: readonly IdentityProvider[],
): ConsoleSettings => ({ gateway: gatewayOf(config), identityProviders });

function gatewayOf({
  TESSERA_GATEWAY_PUBLIC_URL: url,
  TESSERA_GATEWAY_DOMAIN: domain,
}: GatewayAddress): ConsoleSettings['gateway'] {
  const { origin, protocol, port } = new URL(url);
  if (domain === undefined) return { models: `${url.replace(/\/$/, '')}/v1`, origins: [origin] };
  const below = (label: string): string => `${protocol}//${label}.${domain}${port === '' ? '' : `:${port}`}`;
  return { models: `${below(MODELS_LABEL)}/v1`, origins: [below('*')] };
}

/**
 * The Content-Security-Policy of the console: scripts and styles of this origin alone, nothing inline, nothing
 * evaluated, in no frame; calls of this origin and of those that the settings name.
 */
export const consolePolicy = ({ gateway, identityProviders }: ConsoleSettings): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    ["connect-src 'self'", ...gateway.origins, ...new Set(identityProviders.flatMap(tokenOrigin))].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

const tokenOrigin = ({ endpoints }: IdentityProvider): readonly string[] =>
  endpoints === undefined ? [] : [new URL(endpoints.token).origin];
