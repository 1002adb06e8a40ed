import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeWithService, eventually } from '@tessera/testing-services';
import { findOpenaiPython } from '@tessera/dev-services/toolchains';
import { cacheDir } from '@tessera/platform-config';
import OpenAI, { APIUserAbortError, AuthenticationError, BadRequestError, NotFoundError } from 'openai';
import { gpuPortion } from '@tessera/testing-builders';
import { Client, workload } from '../client';
import { Platform } from '../platform';

jest.setTimeout(240_000);

const LIMIT_MS = 60_000;
const HALF = gpuPortion(0.5);
const SLOW = { environmentVariables: [{ name: 'SIM_DECODE_TOKENS_PER_S', value: '20' }] };
const PROTECTED = { servingPort: { container: 8000, authorizationType: 'authenticatedUsers' } };
const messages = [{ role: 'user' as const, content: 'Tell me a story.' }];
const TOOL = { type: 'function' as const, function: { name: 'weather', parameters: { type: 'object' } } };
const run = promisify(execFile);

describe('the official OpenAI clients, unchanged', () => {
  let platform: Platform;
  let client: Client;
  let slowId: string;
  let key: string;
  let openai: OpenAI;
  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(['--kafka', 'embedded']);
    client = new Client(() => platform.connection);
    const { body } = await client.call('POST', '/api/v1/tessera/serving-keys', {
      ...{ name: 'test', projectIds: ['1'] },
    });
    key = body.key;
    await client.create(workload('chat', HALF, PROTECTED));
    slowId = (await client.create(workload('slow', HALF, { ...PROTECTED, ...SLOW }))).workloadId;
    openai = new OpenAI({ baseURL: `${platform.connection.gateway}/v1`, apiKey: key, maxRetries: 0 });
    for (const model of ['chat', 'slow'])
      await eventually(async () => {
        expect(await openai.models.retrieve(model)).toMatchObject({ id: model, state: 'ready' });
      }, LIMIT_MS);
  });
  afterAll(() => platform?.remove());

  /** Of the slow workload, as its replica saw them. */
  const cancelledCalls = async (): Promise<number> => {
    const [pod] = await client.podsOf(slowId);
    const log = await client.text(`/api/v1/workloads/${slowId}/pods/${pod?.id}/logs`);
    return log.split('cancelled by the caller').length - 1;
  };

  it('list the models that a key may use', async () => {
    const ids: string[] = [];
    for await (const { id, owned_by: owner } of openai.models.list()) ids.push(`${owner}/${id}`);
    expect(ids).toEqual(expect.arrayContaining(['project-1/chat', 'project-1/slow']));
  });

  it('chat, whole and as a stream, with usage where it was asked for', async () => {
    const whole = await openai.chat.completions.create({ model: 'chat', messages, max_tokens: 3 });
    expect(whole.choices[0]?.message.content).toBe('Once upon a');
    expect(whole.usage?.completion_tokens).toBe(3);
    const stream = await openai.chat.completions.create({
      ...{ model: 'project-1/chat', messages, max_tokens: 3, stream: true },
      stream_options: { include_usage: true },
    });
    let text = '';
    const usages: unknown[] = [];
    for await (const { choices, usage } of stream) {
      text += choices[0]?.delta.content ?? '';
      if (usage) usages.push(usage);
    }
    expect(text).toBe('Once upon a');
    expect(usages).toEqual([expect.objectContaining({ completion_tokens: 3 })]);
  });

  it('call tools, whole and as a stream', async () => {
    const request = { model: 'chat', messages, tools: [TOOL] };
    const { choices } = await openai.chat.completions.create(request);
    expect(choices[0]?.message.tool_calls).toMatchObject([
      { function: { name: 'weather', arguments: '{}' } },
    ]);
    const final = await openai.chat.completions.stream(request).finalChatCompletion();
    expect(final.choices[0]?.message.tool_calls).toMatchObject([{ function: { name: 'weather' } }]);
  });

  it('complete, embed and respond', async () => {
    const completion = await openai.completions.create({ model: 'chat', prompt: 'x', max_tokens: 2 });
    expect(completion.choices[0]?.text).toBe('Once upon');
    const { data } = await openai.embeddings.create({ model: 'chat', input: ['a', 'b'], dimensions: 4 });
    expect(data.map(({ embedding }) => embedding.length)).toEqual([4, 4]);
    const response = await openai.responses.create({ model: 'chat', input: 'x', max_output_tokens: 2 });
    expect(response.output_text).toBe('Once upon');
  });

  it('map errors to their classes', async () => {
    const chat = (model: string, more: object = {}, apiKey = key) =>
      openai.withOptions({ apiKey }).chat.completions.create({ model, messages, ...more });
    await expect(chat('none')).rejects.toThrow(NotFoundError);
    await expect(chat('none')).rejects.toMatchObject({ code: 'model_not_found', param: 'model' });
    await expect(chat('chat', {}, 'tsk-wrong')).rejects.toThrow(AuthenticationError);
    await expect(chat('chat', { messages: [] })).rejects.toThrow(BadRequestError);
  });

  it('cancel: the replica sees it', async () => {
    const controller = new AbortController();
    const stream = await openai.chat.completions.create(
      { model: 'slow', messages, max_tokens: 1_000, stream: true },
      { signal: controller.signal },
    );
    const before = await cancelledCalls();
    let parts = 0;
    const read = async (): Promise<void> => {
      for await (const part of stream) if (part.choices.length > 0 && (parts += 1) === 3) controller.abort();
    };
    await read().catch((error: unknown) => expect(error).toBeInstanceOf(APIUserAbortError));
    expect(parts).toBeGreaterThanOrEqual(3);
    await eventually(async () => expect(await cancelledCalls()).toBe(before + 1), LIMIT_MS);
  });

  it('follow a model alias, whose weights change without an error', async () => {
    const target = { workload: 'chat', weight: 1 };
    const made = await client.call('POST', '/api/v1/tessera/model-aliases', {
      ...{ name: 'assistant', projectId: '1', targets: [target] },
    });
    expect(made.status).toBe(201);
    const ask = async (): Promise<string> =>
      (await openai.chat.completions.create({ model: 'assistant', messages, max_tokens: 1 })).model;
    await eventually(async () => expect(await ask()).toBe('chat'), 2_000);
    const path = `/api/v1/tessera/model-aliases/${made.body.id}`;
    const change = { targets: [{ workload: 'slow', weight: 1 }] };
    expect((await client.call('PUT', path, change)).status).toBe(200);
    await eventually(async () => expect(await ask()).toBe('slow'), 2_000);
  });

  describeWithService('openai', 'in Python', () => {
    it('do the same, and LangChain chats', async () => {
      const before = await cancelledCalls();
      const program = join(__dirname, 'official_client.py');
      const { stdout } = await run(
        findOpenaiPython(cacheDir()) ?? '',
        [program, platform.connection.gateway, key],
        {
          timeout: 60_000,
        },
      );
      expect(JSON.parse(stdout)).toEqual({
        models: expect.arrayContaining(['chat', 'slow']) as unknown,
        chat: 'Once upon a',
        stream: 'Once upon a',
        tool: 'weather',
        streamedTool: 'weather',
        streamedArguments: '{}',
        seenBeforeLeaving: 3,
        embedding: 4,
        response: 'Once upon',
        errors: ['NotFoundError', 'AuthenticationError', 'BadRequestError'],
        code: 'model_not_found',
        langchain: 'Once upon a',
        langchainStream: 'Once upon a',
      });
      await eventually(async () => expect(await cancelledCalls()).toBe(before + 1), LIMIT_MS);
    });
  });
});
