import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '@tessera/testing-services';
import OpenAI from 'openai';
import { gpuPortion } from '@tessera/testing-builders';
import { Client, workload } from '../client';
import { Platform } from '../platform';

jest.setTimeout(240_000);

const LIMIT_MS = 60_000;
const ROOT = join(__dirname, '..', '..', '..', '..');
const HALF = gpuPortion(0.5);
const BROKEN = { environmentVariables: [{ name: 'SIM_STATUS', value: '500' }] };
const run = promisify(execFile);

describe('tessera rollout, on a running platform', () => {
  let platform: Platform;
  let client: Client;
  let openai: OpenAI;
  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(['--kafka', 'embedded']);
    client = new Client(() => platform.connection);
    for (const [name, spec] of [
      ['old', {}],
      ['new', {}],
      ['broken', BROKEN],
    ] as const)
      await client.create(workload(name, HALF, spec));
    openai = new OpenAI({ baseURL: `${platform.connection.gateway}/v1`, apiKey: 'none', maxRetries: 0 });
    for (const model of ['old', 'new', 'broken'])
      await eventually(async () => {
        expect(await openai.models.retrieve(model)).toMatchObject({ state: 'ready' });
      }, LIMIT_MS);
  });
  afterAll(() => platform?.remove());

  /** The targets of a new alias after its rollout, and what became of the command and of the requests meanwhile. */
  async function rolledOut(to: string) {
    const targets = [
      { workload: 'old', weight: 100 },
      { workload: to, weight: 0 },
    ];
    const alias = { name: `to-${to}`, projectId: '1', targets };
    const { body: made } = await client.call('POST', '/api/v1/tessera/model-aliases', alias);
    const { api, gatewayAdmin, application } = platform.connection;
    const { accessToken } = (
      await client.plain(
        'POST',
        '/api/v1/token',
        {
          ...{ grantType: 'app_token', AppId: application.id, AppSecret: application.secret },
        },
        { 'content-type': 'application/json' },
      )
    ).body;
    const tokenFile = join(platform.home, 'token');
    writeFileSync(tokenFile, accessToken);
    const messages = [{ role: 'user' as const, content: 'x' }];
    const ask = () => openai.chat.completions.create({ model: alias.name, messages, max_tokens: 1 });
    await eventually(ask, 5_000);
    let isOver = false;
    let failed = 0;
    const load = async (): Promise<void> => {
      while (!isOver) await ask().catch(() => (failed += 1));
    };
    const loads = [load(), load()];
    const options = ['--api', api, '--token-file', tokenFile, '--gateway', gatewayAdmin, '--every', '1'];
    const ended = await run(
      process.execPath,
      [
        '--import',
        'tsx',
        'apps/cli/src/main.ts',
        'rollout',
        made.id,
        '--to',
        to,
        '--steps',
        '20,100',
        ...options,
      ],
      { cwd: ROOT, timeout: 120_000 },
    ).then(
      ({ stdout }) => ({ code: 0, stdout }),
      (error: unknown) => error as { code: number; stdout: string },
    );
    isOver = true;
    await Promise.all(loads);
    const { body: left } = await client.call('GET', `/api/v1/tessera/model-aliases/${made.id}`);
    const weights = left.targets.map(({ weight }: { weight: number }) => weight);
    return { code: ended.code, stdout: ended.stdout, failed, weights };
  }

  it('moves all requests to a workload that is as good, without an error', async () => {
    const { code, stdout, failed, weights } = await rolledOut('new');
    expect([code, failed, weights]).toEqual([0, 0, [0, 10_000]]);
    expect(stdout).toContain('100 % of the requests go to new');
  });

  it('goes back from one that fails', async () => {
    const { code, stdout, failed, weights } = await rolledOut('broken');
    expect([code, weights]).toEqual([1, [100, 0]]);
    expect(stdout).toContain('restored the initial weights');
    expect(failed).toBeGreaterThan(0);
  });
});
