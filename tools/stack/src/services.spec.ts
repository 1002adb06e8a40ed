import { addresses, environments } from './services';
import { stackSettings } from './settings';

const external = { address: 'there', kind: 'real', why: 'given' } as const;

/** What a local platform passes to its services. */
function passed() {
  const settings = stackSettings([], { TESSERA_PORT_BASE: '9500', TESSERA_GUARDRAILS_FILE: '/rules.yaml' });
  if (settings === undefined) throw new Error('no settings');
  const secrets = { application: { id: 'local', secret: 's' } } as Parameters<
    typeof environments
  >[0]['secrets'];
  const services = { postgres: external, kafka: external, kubernetes: external, prometheus: external };
  return { urls: addresses({ settings }), env: environments({ settings, secrets }, services) };
}

describe('the services of a local platform', () => {
  it('let the console, which is a page of the API, call the gateway', () => {
    const { urls, env } = passed();
    expect(env.api.TESSERA_GATEWAY_PUBLIC_URL).toBe(urls.gateway);
    expect(env.gateway.TESSERA_GATEWAY_CORS_ORIGINS).toBe(env.api.TESSERA_API_PUBLIC_URL);
    expect(env.api.TESSERA_API_PUBLIC_URL).toBe(new URL(urls.api).origin);
  });
});
