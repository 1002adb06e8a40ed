import { describeWithService, eventually } from '@tessera/testing-services';
import { Client, workload } from './client';
import { ConsoleBrowser } from './console/console-browser';
import { LOOKS, picture, show as showAs } from './console/looks';
import { lookAt } from './console/steps/looking';
import { Platform } from './platform';

jest.setTimeout(240_000);

const LIMIT_MS = 60_000;
const CPU = { cpuCoreRequest: 0.1, cpuMemoryRequest: '16M' };
const PROTECTED = { servingPort: { container: 8000, authorizationType: 'authenticatedUsers' } };
const variables = (values: Readonly<Record<string, string>>) => ({
  environmentVariables: Object.entries(values).map(([name, value]) => ({ name, value })),
});
/** Slow enough to see an answer grow. */
const SLOW = variables({ SIM_DECODE_TOKENS_PER_S: '8', SIM_LATENCY_MS: '300' });
const ASLEEP = { autoscaling: { minReplicas: 0, initialReplicas: 0, maxReplicas: 1 } };

describeWithService('chromium', 'models in the console', () => {
  let platform: Platform;
  let client: Client;
  let on: ConsoleBrowser;
  const ids: Record<string, string> = {};
  const withCookies: string[] = [];

  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(['--kafka', 'embedded'], { TESSERA_GATEWAY_HOLD_MS: '4000' });
    client = new Client(() => platform.connection);
    const specs: Readonly<Record<string, object>> = {
      chat: PROTECTED,
      'chat-v2': { ...PROTECTED, ...SLOW },
      plain: variables({ SIM_OPENAI: 'false' }),
      sleeper: { ...ASLEEP, ...variables({ SIM_START_MS: '1500' }) },
    };
    for (const [name, spec] of Object.entries(specs))
      ids[name] = (await client.create(workload(name, CPU, spec))).workloadId as string;
    for (const name of ['chat', 'chat-v2', 'plain'])
      await eventually(async () => expect(await client.phaseOf(ids[name] ?? '')).toBe('Running'), LIMIT_MS);
    on = await ConsoleBrowser.open(platform.connection);
    on.page.on('request', (request) => {
      if (request.headers()['cookie'] !== undefined) withCookies.push(request.url());
    });
    await showAs(on.page, LOOKS[0]);
    const { id, secret } = platform.connection.application;
    await show(`/#id=${id}&secret=${secret}`);
    await on.page.getByRole('heading', { name: 'Overview' }).waitFor();
  });
  afterAll(async () => {
    await on.close();
    await platform.remove();
  });

  const show = (path: string) => on.page.goto(`${platform.connection.api}${path}`);
  const dialog = () => on.page.getByRole('dialog');
  const alias = (name: string) => on.page.locator('.alias', { hasText: name });
  const target = (at: number) => dialog().getByRole('group', { name: `target ${at}`, exact: true });
  const send = async (text: string): Promise<void> => {
    await on.page.getByLabel('Message').fill(text);
    await on.page.getByRole('button', { name: 'Send' }).click();
  };
  const newest = () => on.page.locator('.message[data-by="model"]').last();

  it('are those that the gateway lists to the reader, with their state', async () => {
    await on.page.getByRole('link', { name: 'Models' }).click();
    const row = (name: string) =>
      on.page.getByRole('row').filter({ has: on.page.getByRole('rowheader', { name, exact: true }) });
    await row('chat').getByText('ready').waitFor();
    await row('sleeper').getByText('asleep').waitFor();
    await row('chat').getByRole('link', { name: 'project-1/chat' }).click();
    await on.page.getByRole('heading', { name: 'chat', exact: true }).waitFor();
    expect(on.page.url()).toContain(`/workloads/${ids['chat']}`);
  });

  it('get an alias, whose weights say which share of the requests each has', async () => {
    await show('/models');
    await on.page.getByRole('button', { name: 'New alias' }).click();
    await dialog().getByLabel('Name', { exact: true }).fill('assistant');
    await target(1).getByLabel('Workload').fill('chat');
    await dialog().getByRole('button', { name: 'Add a workload' }).click();
    await target(2).getByLabel('Workload').fill('chat-v2');
    await dialog().getByLabel('Weight of target 1', { exact: true }).fill('90');
    await dialog().getByLabel('Weight of target 2', { exact: true }).fill('30');
    await dialog().getByText('Weights add up to 120.').waitFor();
    await target(2).getByText('25 %').waitFor();
    await dialog().getByRole('button', { name: 'Make it 100' }).click();
    expect(await dialog().getByLabel('Weight of target 1', { exact: true }).inputValue()).toBe('75');
    await dialog().getByRole('button', { name: 'Add a fallback' }).click();
    await dialog().getByRole('group', { name: 'fallback 1' }).getByLabel('Workload').fill('chat');
    expect(await lookAt(on, 'models-alias')).toEqual([]);
    await dialog().getByRole('button', { name: 'Create' }).click();
    await alias('assistant').getByText('25 %').waitFor();
    await alias('assistant').getByText('ready').waitFor();
    const { body } = await client.call('GET', '/api/v1/tessera/model-aliases');
    expect(body.modelAliases).toMatchObject([
      {
        name: 'assistant',
        projectId: '1',
        targets: [
          { workload: 'chat', weight: 75 },
          { workload: 'chat-v2', weight: 25 },
        ],
        fallbacks: [{ workload: 'chat' }],
      },
    ]);
  });

  it('show why the API refuses an alias, and keep what was typed', async () => {
    await on.page.getByRole('button', { name: 'New alias' }).click();
    await dialog().getByLabel('Name', { exact: true }).fill('assistant');
    await target(1).getByLabel('Workload').fill('chat');
    await dialog().getByRole('button', { name: 'Create' }).click();
    const { body } = await client.call('POST', '/api/v1/tessera/model-aliases', {
      ...{ name: 'assistant', projectId: '1', targets: [{ workload: 'chat', weight: 100 }] },
    });
    await dialog().getByRole('alert').getByText(body.message, { exact: true }).waitFor();
    expect(await dialog().getByLabel('Name', { exact: true }).inputValue()).toBe('assistant');
    expect(on.errors.splice(0).filter((text) => !text.includes('409'))).toEqual([]);
    await on.page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
  });

  it('have their weights changed, and the gateway follows', async () => {
    await alias('assistant').getByRole('button', { name: 'Change assistant' }).click();
    const slider = dialog().getByLabel('Weight of target 1, slider');
    await slider.focus();
    await on.page.keyboard.press('Home');
    expect(await dialog().getByLabel('Weight of target 1', { exact: true }).inputValue()).toBe('0');
    await dialog().getByRole('button', { name: 'Save' }).click();
    await alias('assistant').getByText('100 %').waitFor();
    expect(await lookAt(on, 'models-aliases')).toEqual([]);
  });

  it('are chatted with under the name of the alias: the answer grows, is measured, and can be stopped', async () => {
    await alias('assistant').getByRole('link', { name: 'Try it: assistant' }).click();
    await on.page.getByLabel('Most tokens').fill('24');
    await on.page.getByLabel('System prompt').fill('Tell stories.');
    await send('Tell me a story.');
    await newest().getByText('Once').waitFor();
    const begun = (await newest().locator('.answer').textContent()) ?? '';
    await picture(on.page, 'playground-streaming', LOOKS[0]);
    await newest().getByText('· 24 tokens out').waitFor();
    const whole = (await newest().locator('.answer').textContent()) ?? '';
    expect(whole.length).toBeGreaterThan(begun.length);
    expect(await newest().locator('.measures').textContent()).toMatch(
      /^first token after .* · 24 tokens out · \d+ in · [\d.]+ tokens\/s · by chat-v2 · cut off/,
    );
    await send('Go on.');
    await newest().getByText('Once').waitFor();
    await on.page.getByRole('button', { name: 'Stop' }).click();
    await newest().getByText('Stopped by you.').waitFor();
    const [pod] = await client.podsOf(ids['chat-v2'] ?? '');
    await eventually(async () => {
      const log = await client.text(`/api/v1/workloads/${ids['chat-v2']}/pods/${pod?.id}/logs`);
      expect(log).toContain('cancelled by the caller');
    }, LIMIT_MS);
    expect(await lookAt(on, 'playground')).toEqual([]);
  });

  it('keep the conversation while other pages are shown, and lose it with the page', async () => {
    await on.page.getByRole('link', { name: 'Quota' }).click();
    await on.page.getByRole('heading', { name: 'Quota' }).waitFor();
    await on.page.goBack();
    await on.page.getByText('Go on.').waitFor();
    await on.page.reload();
    await on.page.getByText('Say something to the model.').waitFor();
    expect(await on.page.getByText('Go on.').count()).toBe(0);
  });

  it('are chatted with by keyboard alone', async () => {
    await show(`/workloads/${ids['chat']}/playground`);
    await on.page.getByText('It speaks OpenAI’s API and lists chat.').waitFor();
    await on.page.getByLabel('Message').focus();
    await on.page.keyboard.type('One');
    await on.page.keyboard.press('Shift+Enter');
    await on.page.keyboard.type('two');
    await on.page.keyboard.press('Enter');
    await newest().getByText('16 tokens out').waitFor();
    expect(await on.page.locator('.message[data-by="reader"]').textContent()).toBe('You: One\ntwo');
    await on.page.getByText('End of the answer:').waitFor();
  });

  it('are woken by the first message, which says that it waits', async () => {
    const sleeper = ids['sleeper'] ?? '';
    await show(`/workloads/${sleeper}/playground`);
    await on.page.getByText('No replica runs.').waitFor();
    expect(await client.podsOf(sleeper)).toEqual([]);
    await send('Wake up.');
    await newest().getByText('Waking a replica').waitFor();
    await picture(on.page, 'playground-waking', LOOKS[0]);
    await newest().getByText('16 tokens out').waitFor();
    expect(await client.podsOf(sleeper)).toHaveLength(1);
  });

  it('that speak no OpenAI get any request, with the answer as it came', async () => {
    await show(`/workloads/${ids['plain']}/playground`);
    await on.page.getByLabel('Method').selectOption('POST');
    await on.page.getByLabel('Path').fill('v2/models/plain/infer');
    await on.page.getByLabel('Headers').fill('no header');
    await on.page.getByText('Line 1 of the headers is no header').waitFor();
    await on.page.getByLabel('Headers').fill('x-request-id: mine');
    await on.page.getByLabel('Body', { exact: true }).fill('{"inputs":[]}');
    await on.page.getByRole('button', { name: 'Send' }).click();
    const answer = on.page.getByRole('region', { name: 'Answer' });
    await answer.getByText('200 OK', { exact: true }).waitFor();
    expect(JSON.parse((await answer.locator('pre').textContent()) ?? '')).toMatchObject({
      workload: 'plain',
      path: '/v2/models/plain/infer',
      method: 'POST',
    });
    await answer
      .getByText(/first byte after/)
      .first()
      .waitFor();
    await answer.locator('summary').click();
    await answer.getByText('application/json').waitFor();
    expect(await lookAt(on, 'playground-request')).toEqual([]);
  });

  it('show a refusal of the gateway in its words: no model, a limit, no replica', async () => {
    await show('/models/playground?model=nobody');
    await on.page.getByText('The gateway does not list this model to you').waitFor();
    await send('Hello');
    await newest().getByText('The model `nobody` does not exist or you do not have access to it').waitFor();
    await newest().getByText('HTTP 404').waitFor();

    await client.call('PUT', `/api/v1/tessera/serving-limits/workloads/${ids['chat']}`, {
      limits: { requestsPerMinute: 2 },
    });
    await show('/models/playground?model=chat');
    await eventually(async () => {
      await send('Hello');
      await on.page.getByRole('button', { name: 'Send' }).waitFor();
      expect(await newest().textContent()).toContain('2 requests per minute');
    }, LIMIT_MS);
    await newest().getByText('HTTP 429 · RequestsPerMinute').waitFor();
    expect(await lookAt(on, 'playground-refused')).toEqual([]);

    const stuck = await client.create(
      workload('stuck', { cpuCoreRequest: 10_000, cpuMemoryRequest: '16M' }, ASLEEP),
    );
    await show(`/workloads/${stuck.workloadId}/playground`);
    await send('Hello');
    await newest().getByText('HTTP 503').waitFor();
    await newest().getByRole('button', { name: 'Try again' }).waitFor();
    expect(on.errors.splice(0).filter((text) => !/40[14]|429|503/.test(text))).toEqual([]);
  });

  it('say what to do where the gateway cannot be reached', async () => {
    await on.page.route(`${platform.connection.gateway}/**`, (route) => route.abort());
    await show('/models');
    await on.page.getByText(`The gateway at ${platform.connection.gateway} cannot be reached`).waitFor();
    await alias('assistant').waitFor();
    expect(await lookAt(on, 'models-unreachable')).toEqual([]);
    const asked = on.page.waitForRequest(`${platform.connection.gateway}/**`);
    await on.page.getByRole('button', { name: 'Try again' }).click();
    await asked;
    // The page also asks again on its own, and the button goes with the first answer.
    await on.page.unroute(`${platform.connection.gateway}/**`);
    await on.page.getByRole('rowheader', { name: 'chat', exact: true }).waitFor();
    expect(on.errors.splice(0).filter((text) => !text.includes('ERR_FAILED'))).toEqual([]);
  });

  it('lose an alias after a question', async () => {
    await alias('assistant').getByRole('button', { name: 'Delete assistant' }).click();
    await dialog().getByRole('button', { name: 'Delete' }).click();
    await on.page.getByText('There is no alias').waitFor();
    const { body } = await client.call('GET', '/api/v1/tessera/model-aliases');
    expect(body.modelAliases).toEqual([]);
  });

  it('were called of API and gateway alone, never with a cookie, and without an error in the console', () => {
    expect([on.errors, on.foreign, withCookies]).toEqual([[], [], []]);
  });
});
