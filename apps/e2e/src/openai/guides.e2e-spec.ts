import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findOpenaiPython } from '@tessera/dev-services/toolchains';
import { cacheDir } from '@tessera/platform-config';
import { gpuPortion } from '@tessera/testing-builders';
import { describeWithService, eventually } from '@tessera/testing-services';
import { Client, workload } from '../client';
import { Platform } from '../platform';

jest.setTimeout(240_000);

const LIMIT_MS = 60_000;
const ROOT = join(__dirname, '..', '..', '..', '..');
const HALF = gpuPortion(0.5);
const PROTECTED = { servingPort: { container: 8000, authorizationType: 'authenticatedUsers' } };
const run = promisify(execFile);

/** Blocks of code of a guide, as they stand, whose language is this one; empty for none. */
const blocksOf = (guide: string, language: string): readonly string[] =>
  [...readFileSync(join(ROOT, 'docs', 'guides', `${guide}.md`), 'utf8').matchAll(/^```(\w*)\n(.*?)^```$/gms)]
    .filter(([, of]) => of === language)
    .map(([, , code = '']) => code);

/** What people copy, and what it prints. */
const COMMANDS = [
  {
    guide: 'calling-models',
    language: 'sh',
    about: '/v1/models',
    prints: [/"object":"list"/, /"content":"Once upon/],
  },
  { guide: 'calling-models', language: 'sh', about: 'grantType', prints: [/"id":"chat"/] },
  { guide: 'serving-keys', language: 'sh', about: 'nightly', prints: [/"key":"tsk-/, /"id":"chat"/] },
  { guide: 'limits', language: '', about: 'serving-limits', prints: [/"requestsPerMinute":6000/] },
  { guide: 'canary', language: '', about: 'model-aliases', prints: [/"name":"assistant"/, /"weight":5/] },
] as const;

describe('what the guides show, run as it stands against a platform', () => {
  let platform: Platform;
  let key: string;
  let token: string;
  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(['--kafka', 'embedded']);
    const client = new Client(() => platform.connection);
    token = await client.newToken();
    const made = { name: 'guides', projectIds: ['1'] };
    key = (await client.call('POST', '/api/v1/tessera/serving-keys', made)).body.key;
    for (const name of ['chat', 'chat-v2']) await client.create(workload(name, HALF, PROTECTED));
    const headers = { authorization: `Bearer ${key}` };
    for (const name of ['chat', 'chat-v2'])
      await eventually(async () => {
        const answer = await fetch(`${platform.connection.gateway}/v1/models/${name}`, { headers });
        expect(await answer.json()).toMatchObject({ state: 'ready' });
      }, LIMIT_MS);
  });
  afterAll(() => platform?.remove());

  /** The block about that, with the addresses and the key of this platform. */
  function block(guide: string, language: string, about: string): string {
    const found = blocksOf(guide, language).find((code) => code.includes(about));
    if (found === undefined) throw new Error(`docs/guides/${guide}.md has no such block about ${about}`);
    const { api, gateway } = platform.connection;
    return found
      .replaceAll('http://127.0.0.1:8080', api)
      .replaceAll('http://127.0.0.1:8081', gateway)
      .replaceAll('tsk-...', key);
  }

  it.each(COMMANDS)('$guide: the commands about $about', async ({ guide, language, about, prints }) => {
    const { api, application } = platform.connection;
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', block(guide, language, about)], {
      env: {
        ...process.env,
        API: api,
        TOKEN: token,
        KEY: key,
        ID: application.id,
        SECRET: application.secret,
      },
      timeout: LIMIT_MS,
    });
    for (const text of prints) expect(stdout).toMatch(text);
  });

  it('calling-models: the official client for Node', async () => {
    const code = `${block('calling-models', 'ts', 'openai')}console.log(choices[0].message.content);`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], {
      cwd: ROOT,
      timeout: LIMIT_MS,
    });
    expect(stdout).toMatch(/^Once upon/);
  });

  describeWithService('openai', 'in Python', () => {
    it.each([
      { what: 'the official client', about: 'from openai', then: '', prints: /^Once upon/ },
      {
        what: 'LangChain',
        about: 'langchain_openai',
        then: 'print(llm.invoke("Tell me a story.").content)',
        prints: /^Once upon/,
      },
    ])('calling-models: $what', async ({ about, then, prints }) => {
      const code = block('calling-models', 'python', about) + then;
      const { stdout } = await run(findOpenaiPython(cacheDir()) ?? '', ['-c', code], { timeout: LIMIT_MS });
      expect(stdout).toMatch(prints);
    });
  });
});
