import type { ServerResponse } from 'node:http';
import { eventually } from '@tessera/testing-services/eventually';
import { gatewayFixture } from './testing/gateway-fixture';
import { servingKey, withKey } from './testing/serving-key';

type Fixture = Awaited<ReturnType<typeof gatewayFixture>>;

const NOISY = 'tsk-noisy';
const QUIET = 'tsk-quiet';

describe('requests that wait for a slot at a replica', () => {
  let fixture: Fixture;
  /** Requests at the replica, by their caller. */
  let atReplica: { readonly name: string; readonly response: ServerResponse }[];
  const refused: (string | null)[] = [];
  const begin = async (options: Parameters<typeof gatewayFixture>[0] = {}): Promise<void> => {
    atReplica = [];
    fixture = await gatewayFixture(options);
    fixture.callers.update({
      keys: [servingKey(NOISY), servingKey(QUIET), servingKey('tsk-urgent', { priority: 'high' })],
      subjects: [],
    });
    await fixture.serve('a', (request, response) =>
      atReplica.push({ name: String(request.headers['x-tessera-caller-id']), response }),
    );
    fixture.source.setWorkload({ concurrencyHardLimit: 1, access: 'authenticated' });
  };
  /** Sends a request; its status, reason and Retry-After. */
  const ask = async (secret: string) => {
    const answer = await fetch(`${fixture.url}/p1/chat/`, { headers: withKey(secret) });
    await answer.text();
    const { status, headers } = answer;
    return [status, headers.get('x-tessera-reason'), headers.get('retry-after')] as const;
  };
  const held = async (count: number): Promise<void> =>
    eventually(async () =>
      expect(await fixture.series('tessera_gateway_held')).toEqual([expect.stringMatching(` ${count}$`)]),
    );
  /** Answers what is at the replica; so many times. */
  async function finish(times: number): Promise<void> {
    for (let index = 0; index < times; index += 1) {
      await eventually(() => expect(atReplica.length).toBeGreaterThan(index));
      atReplica[index]?.response.end();
    }
  }
  const served = (): string[] => atReplica.map(({ name }) => name);
  afterEach(() => fixture.close());

  it('get one in turn by caller: a flood of one does not delay another by more than one request', async () => {
    await begin();
    const flood = Array.from({ length: 100 }, () => ask(NOISY));
    await held(99);
    const quiet = ask(QUIET);
    await held(100);
    await finish(3);
    expect((await quiet)[0]).toBe(200);
    expect([1, 2]).toContain(served().indexOf(QUIET));
    await finish(101);
    expect((await Promise.all(flood)).map(([status]) => status)).toEqual(Array(100).fill(200));
  });

  it('are served first where their key has a higher priority', async () => {
    await begin();
    const all = [ask(NOISY)];
    await eventually(() => expect(atReplica).toHaveLength(1));
    for (const [index, secret] of [QUIET, NOISY, 'tsk-urgent'].entries()) {
      all.push(ask(secret));
      await held(index + 1);
    }
    await finish(4);
    await Promise.all(all);
    expect(served()).toEqual([NOISY, 'tsk-urgent', QUIET, NOISY]);
  });

  it('are evicted from a full queue where their caller has the most of them', async () => {
    await begin({ holdLimit: 5 });
    const flood = Array.from({ length: 6 }, () => ask(NOISY).then((end) => refused.push(end[1])));
    await held(5);
    const quiet = ask(QUIET);
    await eventually(() => expect(refused).toEqual(['QueueFull']));
    await finish(3);
    expect((await quiet)[0]).toBe(200);
    await finish(6);
    await Promise.all(flood);
    expect(refused.filter((reason) => reason !== null)).toEqual(['QueueFull']);
  });

  it.each([
    { why: 'the queue is full', options: { holdLimit: 1 }, reason: 'QueueFull' },
    { why: 'none becomes free in time', options: { holdMs: 50 }, reason: 'Saturated' },
  ])('are answered 429 with Retry-After where $why', async ({ options, reason }) => {
    await begin(options);
    const [first, second] = [ask(NOISY), ask(NOISY)];
    await eventually(() => expect(atReplica).toHaveLength(1));
    const last =
      reason === 'QueueFull' ? await held(1).then(() => ask(NOISY)) : await Promise.race([first, second]);
    expect(last).toEqual([429, reason, '5']);
    await finish(1);
    if (reason === 'QueueFull') await finish(2);
    await Promise.all([first, second]);
  });
});
