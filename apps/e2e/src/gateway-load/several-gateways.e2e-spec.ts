import { gpuPortion } from '@tessera/testing-builders';
import { eventually } from '@tessera/testing-services';
import { Client, workload } from '../client';
import { Platform } from '../platform';
import { mostOfMinute, Offered, openAtOnce, type Ask } from './offered';

jest.setTimeout(420_000);

const LIMIT_MS = 60_000;
const HALF = gpuPortion(0.5);
const SLOW = { environmentVariables: [{ name: 'SIM_LATENCY_MS', value: '1000' }] };
const LIMITS = { requestsPerMinute: 600, tokensPerMinute: 6_000, requestsInFlight: 20 } as const;
/** Two windows of a minute, each of which takes up to 61 s. */
const LENGTH_MS = 122_000;
/** Until parts have followed the load. */
const SETTLE_MS = 10_000;
const TENTH = 0.1;

describe('limits that two gateways share, under uneven load on both', () => {
  let platform: Platform;
  let client: Client;
  let began: number;
  const offered = {} as Record<keyof typeof LIMITS, Offered>;

  /** A key with one limit. */
  async function keyWith(limit: keyof typeof LIMITS): Promise<string> {
    const { body } = await client.call('POST', '/api/v1/tessera/serving-keys', {
      ...{ name: limit, projectIds: ['1'], limits: { [limit]: LIMITS[limit] } },
    });
    return body.key;
  }
  const asking =
    (key: string, model: string): Ask =>
    async (gateway) => {
      const answer = await fetch(`${gateway}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          model,
          messages: [{ role: 'user', content: 'Tell me a story.' }],
          max_tokens: 20,
        }),
      });
      const text = await answer.text();
      if (answer.status === 429) return undefined;
      if (answer.status !== 200) throw new Error(`${answer.status} ${text}`);
      const { usage } = JSON.parse(text) as { usage: { prompt_tokens: number; completion_tokens: number } };
      return usage.prompt_tokens + usage.completion_tokens;
    };

  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(['--kafka', 'embedded', '--gateways', '2']);
    client = new Client(() => platform.connection);
    await client.create(workload('quick', HALF));
    await client.create(workload('slow', HALF, SLOW));
    const { gateway: busy, secondGateway } = platform.connection;
    const other = secondGateway ?? '';
    offered.requestsPerMinute = new Offered(asking(await keyWith('requestsPerMinute'), 'quick'));
    offered.tokensPerMinute = new Offered(asking(await keyWith('tokensPerMinute'), 'quick'));
    offered.requestsInFlight = new Offered(asking(await keyWith('requestsInFlight'), 'slow'));
    // A later key: a gateway that knows it knows the others.
    const last = await keyWith('requestsPerMinute');
    for (const gateway of [busy, other])
      for (const model of ['quick', 'slow']) await eventually(() => asking(last, model)(gateway), LIMIT_MS);
    began = performance.now();
    await Promise.all([
      offered.requestsPerMinute.atPace({ [busy]: 15, [other]: 3 }, LENGTH_MS),
      offered.tokensPerMinute.atPace({ [busy]: 8, [other]: 2 }, LENGTH_MS),
      offered.requestsInFlight.atOnce({ [busy]: 24, [other]: 8 }, LENGTH_MS, 500),
    ]);
  }, 400_000);
  afterAll(() => platform?.remove());

  it.each([
    { limit: 'requestsPerMinute' as const, of: () => 1 },
    { limit: 'tokensPerMinute' as const, of: ({ tokens }: { tokens: number }) => tokens },
  ])(
    '$limit of both together: at most a tenth above in any minute, at least nine tenths used',
    ({ limit, of }) => {
      const { passed, refused } = offered[limit];
      const value = LIMITS[limit];
      const perMinute = passed.reduce((sum, one) => sum + of(one), 0) / 2;
      process.stderr.write(
        `${limit}: ${mostOfMinute(passed, of)} in a minute, ${perMinute} in the mean of ${value}\n`,
      );
      expect(refused).toBeGreaterThan(0);
      expect(mostOfMinute(passed, of)).toBeLessThanOrEqual(value * (1 + TENTH));
      expect(perMinute).toBeGreaterThanOrEqual(value * (1 - TENTH));
    },
  );

  it('requestsInFlight of both together: in the mean within a tenth', () => {
    const { passed, refused } = offered.requestsInFlight;
    const { most, mean } = openAtOnce(passed, began + SETTLE_MS);
    process.stderr.write(
      `requestsInFlight: at most ${most}, ${mean} in the mean of ${LIMITS.requestsInFlight}\n`,
    );
    expect(refused).toBeGreaterThan(0);
    // Not the most at a time: for its caller a request is open longer than for the gateway, by what the machine lets wait.
    expect(mean).toBeLessThanOrEqual(LIMITS.requestsInFlight * (1 + TENTH));
    expect(mean).toBeGreaterThanOrEqual(LIMITS.requestsInFlight * (1 - TENTH));
  });
});
