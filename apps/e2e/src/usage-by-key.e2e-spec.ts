import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@tessera/testing-services';
import { portsFrom } from '@tessera/tool-stack';
import { gpuPortion } from '@tessera/testing-builders';
import { Client, workload, type Json } from './client';
import { LossyRelay } from './lossy-relay';
import { Platform } from './platform';

jest.setTimeout(300_000);

const LIMIT_MS = 60_000;
const HALF = gpuPortion(0.5);
const REQUESTS = 5;
/** Reports of usage whose answers are lost, so that the gateway sends them again. */
const LOST = 2;

describe('what was served with a key', () => {
  let platform: Platform;
  let client: Client;
  let relay: LossyRelay;
  beforeAll(async () => {
    platform = await Platform.create();
    relay = new LossyRelay(portsFrom(platform.portBase).scheduler, '/usage-reports', LOST);
    const settings = join(platform.home, 'service-settings.json');
    writeFileSync(
      settings,
      JSON.stringify({ gateway: { TESSERA_GATEWAY_SCHEDULER_URLS: await relay.listen() } }),
    );
    await platform.start(['--service-settings', settings], { TESSERA_GATEWAY_USAGE_MS: '1000' });
    client = new Client(() => platform.connection);
  });
  afterAll(async () => {
    await platform.remove();
    await relay.close();
  });

  const usage = async (): Promise<readonly Json[]> => {
    const start = new Date(Date.now() - 3_600_000).toISOString();
    const end = new Date().toISOString();
    const path = `/api/v1/tessera/usage?start=${start}&end=${end}&groupBy=key,model`;
    return (await client.call('GET', path)).body.usage;
  };

  it('is in the usage by key and model, with the tokens that streams and whole answers report, once however often it was reported', async () => {
    const { workloadId } = await client.create(workload('chat', HALF));
    const made = await client.call('POST', '/api/v1/tessera/serving-keys', { name: 'k', projectIds: ['1'] });
    const { id: keyId, key } = made.body;
    await eventually(async () => expect(await client.phaseOf(workloadId)).toBe('Running'), LIMIT_MS);
    const ask = async (stream: boolean): Promise<string> => {
      const answer = await fetch(`${platform.connection.gateway}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify({
          ...{ model: 'chat', messages: [{ role: 'user', content: 'How are you?' }] },
          ...{ stream, max_tokens: 6 },
        }),
      });
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`${answer.status} ${text}`);
      return text;
    };
    await eventually(() => ask(false), LIMIT_MS);
    for (let index = 1; index < REQUESTS; index += 1) expect(await ask(true)).not.toContain('usage');
    // Stored, and as far as the gateway knows lost.
    await eventually(
      () => expect([relay.lost.length, relay.passed.length > 0]).toEqual([LOST, true]),
      LIMIT_MS,
    );
    // Reported after all of that, so that it is counted after it.
    const whole = JSON.parse(await ask(false)) as Json;
    await eventually(async () => {
      const rows = await usage();
      const row = rows.find(({ groups }) => groups.some(({ value }: Json) => value === keyId));
      expect(row).toMatchObject({
        groups: [
          { key: 'key', value: keyId },
          { key: 'model', value: 'chat' },
        ],
        requests: REQUESTS + 1,
        inputTokens: (REQUESTS + 1) * whole.usage.prompt_tokens,
        outputTokens: (REQUESTS + 1) * 6,
      });
    }, LIMIT_MS);
  });
});
