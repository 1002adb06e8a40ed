import crypto from 'node:crypto';
import { scryptSecrets } from './index';

describe('comparing a secret', () => {
  afterEach(() => jest.restoreAllMocks());

  it('derives one key at one cost and compares all of it, whoever asks', async () => {
    const hash = await scryptSecrets.hash('right');
    const derived = jest.spyOn(crypto, 'scrypt');
    const compared = jest.spyOn(crypto, 'timingSafeEqual');
    for (const [secret, known, good] of [
      ['right', hash, true],
      ['wrong', hash, false],
      ['anything', undefined, false],
    ] as const) {
      derived.mockClear();
      compared.mockClear();
      expect(await scryptSecrets.verify(secret, known)).toBe(good);
      expect(derived.mock.calls.map(([, , bytes, cost]) => [bytes, cost])).toEqual([
        [32, { N: 16_384, r: 8, p: 1 }],
      ]);
      expect(compared).toHaveBeenCalledTimes(1);
    }
  });
});
