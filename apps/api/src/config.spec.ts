import { apiConfig } from './config';

const REQUIRED = { TESSERA_DATABASE_URL: 'postgres://x' };
const api = (env: Readonly<Record<string, string>>): string => {
  try {
    apiConfig({ ...REQUIRED, ...env });
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('an API that would send tokens, or take keys, over plain http', () => {
  it.each([
    ['TESSERA_METRICS_URL', 'http://metrics:8082'],
    ['TESSERA_SCHEDULER_URL', 'http://10.0.0.1:8083'],
    ['TESSERA_CLUSTER_SCHEDULERS', '71f69d83-ba66-4822-adf5-55ce55efd210=http://elsewhere.example'],
    ['TESSERA_OIDC_ISSUERS', 'http://login.example|tessera'],
  ])('does not start with %s', (name, value) => {
    expect(api({ [name]: value })).toContain(`${name}: `);
    expect(api({ [name]: value })).toContain('TESSERA_PLAIN_HTTP_HOSTS');
    expect(api({ [name]: value.replace('http:', 'https:') })).toBe('');
    const host = new URL(value.replace(/^[^=]*=/, '').replace(/\|.*/, '')).hostname;
    expect(api({ [name]: value, TESSERA_PLAIN_HTTP_HOSTS: host })).toBe('');
  });

  it('reports all of them at once', () => {
    const message = api({ TESSERA_METRICS_URL: 'http://metrics', TESSERA_SCHEDULER_URL: 'http://scheduler' });
    expect(message).toContain('TESSERA_METRICS_URL');
    expect(message).toContain('TESSERA_SCHEDULER_URL');
  });
});

describe('an API whose URLs could take the host of another workload', () => {
  it.each([
    ['https://apps.example', 'apps.example', true],
    ['https://apps.example:8443', 'models.apps.example', true],
    ['https://a.apps.example', 'apps.example', true],
    ['https://apps.example', 'models.example', false],
    ['https://apps.example', 'myapps.example', false],
  ])('with the base %s and the domain %s: %s', (base, domain, refused) => {
    const message = api({ TESSERA_EXPOSED_URLS_BASE: base, TESSERA_GATEWAY_DOMAIN: domain });
    expect(message.includes('TESSERA_GATEWAY_DOMAIN')).toBe(refused);
  });
});

describe('an API whose console signs people in by identity providers', () => {
  const issuers = { TESSERA_OIDC_ISSUERS: 'https://login.example|tessera' };

  it.each([
    ['https://login.example|console', 'openid profile email', 'login.example'],
    ['https://login.example|console|openid  groups', 'openid groups', 'login.example'],
    ['https://login.example | console | | Example', 'openid profile email', 'Example'],
  ])('reads %s', (setting, scope, name) => {
    const config = apiConfig({ ...REQUIRED, ...issuers, TESSERA_CONSOLE_OIDC_CLIENTS: setting });
    expect(config.TESSERA_CONSOLE_OIDC_CLIENTS).toEqual([
      { issuer: 'https://login.example', clientId: 'console', scope, name },
    ]);
  });

  it.each([
    ['https://login.example', 'is not <issuer>|<client id>'],
    ['https://login.example|', 'is not <issuer>|<client id>'],
    ['login.example|console', 'is not <issuer>|<client id>'],
    ['https://login.example|console|openid|Example|more', 'is not <issuer>|<client id>'],
    ['https://login.example|console|profile', 'lack openid'],
    ['https://login.example|a,https://login.example|b', 'is listed twice'],
    ['https://other.example|console', 'add it to TESSERA_OIDC_ISSUERS'],
    ['https://login.example/|console', 'add it to TESSERA_OIDC_ISSUERS'],
  ])('does not start with %s', (setting, problem) => {
    const message = api({ ...issuers, TESSERA_CONSOLE_OIDC_CLIENTS: setting });
    expect(message).toContain('TESSERA_CONSOLE_OIDC_CLIENTS');
    expect(message).toContain(problem);
  });
});
