import { consolePolicy, consoleSettings } from './console-settings';

const settingsOf = (url: string, domain?: string) =>
  consoleSettings({ TESSERA_GATEWAY_PUBLIC_URL: url, TESSERA_GATEWAY_DOMAIN: domain }, []);

describe('the settings of the console', () => {
  it.each([
    ['http://127.0.0.1:8081', undefined, 'http://127.0.0.1:8081/v1', ['http://127.0.0.1:8081']],
    [
      'https://tessera.example/models/',
      undefined,
      'https://tessera.example/models/v1',
      ['https://tessera.example'],
    ],
    [
      'https://models.example',
      'models.example',
      'https://api.models.example/v1',
      ['https://*.models.example'],
    ],
    [
      'https://gateway.example:8443',
      'm.example',
      'https://api.m.example:8443/v1',
      ['https://*.m.example:8443'],
    ],
  ])('say where the gateway %s serves models, its domain being %s', (url, domain, models, origins) => {
    expect(settingsOf(url, domain)).toEqual({ gateway: { models, origins }, identityProviders: [] });
  });

  it('are what its policy lets it call, and nothing else', () => {
    expect(consolePolicy(settingsOf('https://models.example/v'))).toContain(
      "; connect-src 'self' https://models.example; ",
    );
    expect(consolePolicy(settingsOf('https://models.example', 'models.example'))).toContain(
      "; connect-src 'self' https://*.models.example; ",
    );
  });

  it('let it call the token endpoints of identity providers that are known, each origin once', () => {
    const provider = (name: string, token?: string) => ({
      ...{
        issuer: `https://${name}.example`,
        name,
        clientId: 'c',
        scope: 'openid',
        token: 'id_token' as const,
      },
      ...(token === undefined
        ? {}
        : { endpoints: { authorization: `https://${name}.example/a`, token, namesIssuer: false } }),
    });
    const gateway = { models: 'https://models.example/v1', origins: ['https://models.example'] };
    const identityProviders = [
      provider('one', 'https://tokens.example/one'),
      provider('two', 'https://tokens.example/two'),
      provider('away'),
    ];
    expect(consolePolicy({ gateway, identityProviders })).toContain(
      "; connect-src 'self' https://models.example https://tokens.example; ",
    );
  });
});
