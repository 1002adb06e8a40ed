import type { KnownQuota } from '../../ports';
import { QuotaCache } from './quota-cache';

const quota = (deservedMilliGpu: number): KnownQuota => ({
  rules: [{ scope: 'project', id: '1', pool: 'default', deservedMilliGpu }],
  versions: new Map([['project 1', 1]]),
});

/** Organisation units whose answers arrive when the spec releases them. */
function setUp() {
  const answers: { give: (quota: KnownQuota) => void; fail: (error: Error) => void }[] = [];
  const known = new QuotaCache({
    quota: () => new Promise((give, fail) => void answers.push({ give, fail })),
  });
  return { known, answers };
}

describe('the cached quota', () => {
  it('is read once until an organisation unit changes', async () => {
    const { known, answers } = setUp();
    const both = [known.read(), known.read()];
    answers[0]?.give(quota(1000));
    expect(await Promise.all(both)).toEqual([quota(1000), quota(1000)]);
    known.forget();
    void known.read();
    expect(answers).toHaveLength(2);
  });

  it('is not a value read before a concurrent change', async () => {
    const { known, answers } = setUp();
    const before = known.read();
    known.forget();
    const after = known.read();
    answers[0]?.give(quota(1000));
    answers[1]?.give(quota(2000));
    expect([await before, await after, await known.read()]).toEqual([quota(1000), quota(2000), quota(2000)]);
  });

  it('is read again after a failure', async () => {
    const { known, answers } = setUp();
    const failed = known.read();
    answers[0]?.fail(new Error('away'));
    await expect(failed).rejects.toThrow('away');
    const again = known.read();
    answers[1]?.give(quota(0));
    expect(await again).toEqual(quota(0));
  });

  it('is current until an organisation unit changes', async () => {
    const { known, answers } = setUp();
    const read = known.read();
    answers[0]?.give(quota(1000));
    const answer = await read;
    expect(known.isCurrent(answer)).toBe(true);
    known.forget();
    expect(known.isCurrent(answer)).toBe(false);
  });

  it('is not current if it changed while it was read', async () => {
    const { known, answers } = setUp();
    const read = known.read();
    known.forget();
    answers[0]?.give(quota(1000));
    expect(known.isCurrent(await read)).toBe(false);
  });
});
