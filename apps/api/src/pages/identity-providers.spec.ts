import type { SignInEndpoints } from '@tessera/adapter-oidc';
import { acceptedToken, IdentityProviders } from './identity-providers';

const ISSUER = 'https://login.example';
const CLIENT = { issuer: ISSUER, clientId: 'console', scope: 'openid', name: 'Example' };
const ENDPOINTS = { authorization: `${ISSUER}/authorize`, token: `${ISSUER}/token`, namesIssuer: true };

/** Providers whose discovery the test answers. */
function providers(discover: () => Promise<SignInEndpoints>) {
  const time = { elapsed: 0 };
  const warnings: unknown[] = [];
  const known = new IdentityProviders(
    {
      TESSERA_CONSOLE_OIDC_CLIENTS: [CLIENT],
      TESSERA_OIDC_ISSUERS: [{ issuer: ISSUER, audience: 'tessera-api', emailsTrusted: false }],
    },
    {
      discover,
      clock: { elapsedMs: () => time.elapsed },
      logger: { warn: (context: unknown) => void warnings.push(context) } as never,
    },
  );
  return { known, time, warnings };
}

describe('the identity providers of the console', () => {
  it('are read once, and again after ten minutes, while old endpoints are answered', async () => {
    const answers: ((endpoints: SignInEndpoints) => void)[] = [];
    const { known, time } = providers(() => new Promise((answer) => answers.push(answer)));
    const tokenEndpoint = async () => (await known.current())[0]?.endpoints?.token;
    const answer = (at: number, token: string): void => answers[at]?.({ ...ENDPOINTS, token });
    const asked = [tokenEndpoint(), tokenEndpoint()];
    answer(0, 'first');
    expect(await Promise.all(asked)).toEqual(['first', 'first']);
    time.elapsed = 600_000;
    expect([await tokenEndpoint(), await tokenEndpoint()]).toEqual(['first', 'first']);
    answer(1, 'second');
    await new Promise(setImmediate);
    expect(await tokenEndpoint()).toBe('second');
    expect(answers).toHaveLength(2);
  });

  it('have no endpoints while they cannot be reached, and are asked again soon', async () => {
    let answers = false;
    let reads = 0;
    const { known, time, warnings } = providers(async () => {
      reads += 1;
      if (!answers) throw new Error('away');
      return ENDPOINTS;
    });
    expect(await known.current()).toEqual([{ ...CLIENT, token: 'access_token' }]);
    await known.current();
    expect([reads, warnings.length]).toEqual([1, 1]);
    answers = true;
    time.elapsed = 5_000;
    expect(await known.current()).toEqual([{ ...CLIENT, token: 'access_token', endpoints: ENDPOINTS }]);
  });

  it('keep their endpoints while they are away', async () => {
    let answers = true;
    const { known, time } = providers(async () => {
      if (!answers) throw new Error('away');
      return ENDPOINTS;
    });
    await known.current();
    answers = false;
    time.elapsed = 600_000;
    await known.current();
    expect((await known.current())[0]?.endpoints).toEqual(ENDPOINTS);
  });

  it('keep no page waiting for ever', async () => {
    jest.useFakeTimers();
    try {
      const { known } = providers(() => new Promise(() => undefined));
      const asked = known.current();
      await jest.advanceTimersByTimeAsync(1_000);
      expect((await asked)[0]?.endpoints).toBeUndefined();
    } finally {
      jest.useRealTimers();
    }
  });
});

it.each([
  ['tessera-api', 'access_token'],
  [undefined, 'access_token'],
  ['console', 'id_token'],
])('where tokens are for %s, the API accepts the %s', (audience, token) => {
  expect(acceptedToken({ clientId: 'console' }, audience)).toBe(token);
});
