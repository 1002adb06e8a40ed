import { failureOf, SignInError } from './failure';
import { keepPending, pathWithin, takePending } from './pending';

const PENDING = {
  ...{
    issuer: 'https://login.example',
    state: 's',
    nonce: 'n',
    verifier: 'v',
    path: '/workloads?phase=Pending',
  },
};
const storage = (given?: string): Storage => {
  const kept = new Map<string, string>(given === undefined ? [] : [['tessera.sign-in', given]]);
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  } as Storage;
};

describe('a sign-in that was begun', () => {
  it('is found once', () => {
    const kept = storage();
    keepPending(kept, PENDING);
    expect([takePending(kept), takePending(kept)]).toEqual([PENDING, undefined]);
  });

  it.each(['{', 'null', '7', JSON.stringify({ ...PENDING, state: undefined }), '{"state":""}'])(
    'is none where %s is kept',
    (text) => {
      expect(takePending(storage(text))).toBeUndefined();
    },
  );

  it.each([
    ['/', '/'],
    ['/workloads?phase=Pending', '/workloads?phase=Pending'],
    ['//elsewhere.example', '/'],
    ['/\\elsewhere.example', '/'],
    ['https://elsewhere.example', '/'],
    ['javascript:alert(1)', '/'],
    [undefined, '/'],
  ])('leads back within the console: %s to %s', (path, within) => {
    expect(pathWithin(path)).toBe(within);
    expect(takePending(storage(JSON.stringify({ ...PENDING, path })))?.path).toBe(within);
  });
});

describe('a sign-in that failed', () => {
  const words = (error: unknown): string => failureOf(error, 'Example', 'https://tessera.example').message;

  it.each([
    [{ error: 'access_denied' }, 'Example did not let you in: you declined, or may not use the console.'],
    [
      { error: 'invalid_grant', error_description: 'code expired' },
      'Example does not accept the sign-in any more: it took too long, or was used before. It says: code expired',
    ],
    [{ error: 'interaction_required' }, 'Example refused the sign-in (interaction_required).'],
    [
      new TypeError('Failed to fetch'),
      'Example could not be called from this page: it is away, or its token endpoint does not allow calls from https://tessera.example (CORS).',
    ],
    [
      Object.assign(new Error('unexpected ID Token "aud"'), { code: 'OAUTH_JWT_CLAIM_COMPARISON_FAILED' }),
      'The answer of Example was not accepted: unexpected ID Token "aud". Sign in again.',
    ],
    [new SignInError('In words.'), 'In words.'],
  ])('says why: %j', (error, message) => {
    expect(words(error)).toBe(message);
  });
});
