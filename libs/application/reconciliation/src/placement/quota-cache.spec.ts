import type { QuotaRule } from '@tessera/domain-placement';
import { QuotaCache } from './quota-cache';

const rule = (deservedMilliGpu: number): QuotaRule => ({
  scope: 'project',
  id: '1',
  pool: 'default',
  deservedMilliGpu,
});

/** Organisation units whose answers arrive when the spec releases them. */
function setUp() {
  const answers: { give: (rules: readonly QuotaRule[]) => void; fail: (error: Error) => void }[] = [];
  const known = new QuotaCache({
    quota: () => new Promise((give, fail) => void answers.push({ give, fail })),
  });
  return { known, answers };
}

describe('the cached quota', () => {
  it('is read once until an organisation unit changes', async () => {
    const { known, answers } = setUp();
    const both = [known.rules(), known.rules()];
    answers[0]?.give([rule(1000)]);
    expect(await Promise.all(both)).toEqual([[rule(1000)], [rule(1000)]]);
    known.forget();
    void known.rules();
    expect(answers).toHaveLength(2);
  });

  it('is not a value read before a concurrent change', async () => {
    const { known, answers } = setUp();
    const before = known.rules();
    known.forget();
    const after = known.rules();
    answers[0]?.give([rule(1000)]);
    answers[1]?.give([rule(2000)]);
    expect([await before, await after, await known.rules()]).toEqual([
      [rule(1000)],
      [rule(2000)],
      [rule(2000)],
    ]);
  });

  it('is read again after a failure', async () => {
    const { known, answers } = setUp();
    const failed = known.rules();
    answers[0]?.fail(new Error('away'));
    await expect(failed).rejects.toThrow('away');
    const again = known.rules();
    answers[1]?.give([]);
    expect(await again).toEqual([]);
  });
});
