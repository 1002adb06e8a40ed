import { text } from 'node:stream/consumers';
import { open, type GatewayFixtureOptions } from '../testing/gateway-fixture';
import { alias, KEY, modelFixture, OTHER_KEY } from '../testing/model-fixture';
import { withKey } from '../testing/serving-key';

describe('the endpoint for all models', () => {
  let fixture: Awaited<ReturnType<typeof modelFixture>>;
  const begin = async (options?: GatewayFixtureOptions): Promise<void> => {
    fixture = await modelFixture(options);
  };
  afterEach(() => fixture.close());

  describe('finds the workload by the model', () => {
    it.each([
      { name: 'its name', model: 'chat', got: 'p1-chat as chat' },
      { name: 'project and name', model: 'p1/chat', got: 'p1-chat as chat' },
      { name: 'an alias', model: 'gpt', got: 'p1-chat as chat' },
      { name: 'an alias with a slash', model: 'meta/llama', got: 'p1-chat as llama-3' },
    ])('$name', async ({ model, got }) => {
      await begin();
      await fixture.serveModel('p1', 'chat');
      const target = { project: 'p1', workload: 'chat', weight: 1 };
      fixture.aliases.update([
        alias(),
        alias({ id: 'alias-2', name: 'meta/llama', targets: [{ ...target, model: 'llama-3' }] }),
      ]);
      expect(await fixture.ask(model)).toEqual({ status: 200, body: got, cookie: null });
    });

    it('and sends on the name that its pods state', async () => {
      await begin();
      await fixture.serveModel('p1', 'chat', 'public', { servedModel: 'llama-3' });
      expect((await fixture.ask('chat')).body).toBe('p1-chat as llama-3');
    });

    it('among those that the caller may call', async () => {
      await begin();
      await fixture.serveModel('p1', 'chat', { users: [], groups: [] });
      await fixture.serveModel('p2', 'chat', { users: [], groups: [] });
      expect((await fixture.ask('chat', withKey(KEY))).body).toBe('p1-chat as chat');
      expect((await fixture.ask('chat', withKey(OTHER_KEY))).body).toBe('p2-chat as chat');
    });

    it('by no name that stands for several', async () => {
      await begin();
      await fixture.serveModel('p1', 'chat');
      await fixture.serveModel('p2', 'chat');
      expect(await fixture.errorOf('chat')).toMatchObject({
        status: 400,
        code: 'model_ambiguous',
        param: 'model',
        message: expect.stringContaining('p1/chat, p2/chat') as string,
      });
      expect(await fixture.idsFor()).toEqual(['p1/chat', 'p2/chat']);
    });

    it('of a form too', async () => {
      await begin();
      const received: string[] = [];
      await fixture.serve('a', (request, response) => {
        void text(request).then((body) => response.end(String(received.push(body))));
      });
      fixture.aliases.update([alias()]);
      const form = new FormData();
      form.set('file', new Blob(['x'.repeat(1_000_000)]), 'a.wav');
      form.set('model', 'gpt');
      const response = await fetch(`${fixture.url}/v1/audio/transcriptions`, { method: 'POST', body: form });
      expect(response.status).toBe(200);
      expect(received[0]).toContain(`${'x'.repeat(1_000_000)}\r\n`);
      expect(received[0]).toMatch(/name="model"\r\n\r\nchat\r\n/);
    });
  });

  describe('keeps the rules of access', () => {
    it.each([
      {
        name: 'a protected and an unknown model to nobody',
        headers: {},
        model: ['chat', 'none'],
        status: 401,
      },
      {
        name: 'a forbidden and an unknown model',
        headers: withKey(OTHER_KEY),
        model: ['chat', 'none'],
        status: 404,
      },
      { name: 'an unknown key', headers: withKey('tsk-none'), model: ['chat', 'none'], status: 401 },
    ])(
      'the same answer for $name, and nothing wakes',
      async ({ headers, model: [known = '', unknown = ''], status }) => {
        await begin();
        fixture.source.setWorkload({ access: { users: [], groups: [] } });
        const answers = [await fixture.ask(known, headers), await fixture.ask(unknown, headers)].map(
          (one) => ({
            ...one,
            body: one.body.replaceAll('`none`', '`chat`'),
          }),
        );
        expect(answers[0]).toMatchObject({ status });
        expect(answers[1]).toEqual(answers[0]);
        expect(fixture.schedulers.wakes).toEqual([]);
      },
    );

    it('an alias grants no access', async () => {
      await begin();
      await fixture.serveModel('p1', 'chat', { users: [], groups: [] });
      await fixture.serveModel('p2', 'chat', { users: [], groups: [] });
      const targets = ['p1', 'p2'].map((project) => ({ project, workload: 'chat', weight: 1 }));
      fixture.aliases.update([alias({ targets })]);
      for (let index = 0; index < 4; index += 1)
        expect((await fixture.ask('gpt', withKey(OTHER_KEY))).body).toBe('p2-chat as chat');
      expect((await fixture.errorOf('gpt')).status).toBe(401);
      expect(await fixture.idsFor(withKey(OTHER_KEY))).toEqual(['chat', 'gpt']);
    });
  });

  describe('answers errors in the shape of OpenAI', () => {
    it.each([
      { name: 'no JSON', body: 'hello', status: 400, code: 'invalid_body' },
      { name: 'no model', body: '{}', status: 400, code: 'missing_required_parameter' },
      {
        name: 'a model that is no text',
        body: '{"model":1}',
        status: 400,
        code: 'missing_required_parameter',
      },
    ])('$name', async ({ body, status, code }) => {
      await begin();
      const response = await fetch(`${fixture.url}/v1/embeddings`, {
        method: 'POST',
        body,
        headers: withKey(KEY),
      });
      expect(response.status).toBe(status);
      expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', code } });
    });

    it('a path that is none', async () => {
      await begin();
      const url = `${fixture.url}/v1/chats`;
      expect(await fixture.errorOf('chat', withKey(KEY), url)).toMatchObject({
        status: 404,
        code: 'unknown_url',
      });
      expect((await fixture.errorOf('chat', {}, url)).status).toBe(401);
    });

    it('no replica in time, at the endpoint of one workload too', async () => {
      await begin({ holdMs: 1 });
      fixture.source.setWorkload();
      const expected = { status: 503, type: 'server_error', code: 'Timeout' };
      expect(await fixture.errorOf('chat')).toMatchObject(expected);
      expect(await fixture.errorOf('chat', {}, `${fixture.url}/p1/chat/v1/messages`)).toMatchObject(expected);
    });

    it('a replica that is not there', async () => {
      await begin();
      await fixture.serve('a', (request) => request.socket.destroy());
      expect(await fixture.errorOf('chat')).toMatchObject({ status: 502, type: 'server_error' });
    });
  });

  describe('lists the models', () => {
    it('that the caller may use, with their state', async () => {
      await begin();
      const created = '2026-01-01T00:00:00Z';
      await fixture.serveModel('p1', 'ready');
      fixture.source.setWorkload({ uid: 'u2', workload: 'asleep', workloadId: 'w2', createdAt: created });
      fixture.source.setWorkload({ uid: 'u3', workload: 'starting', workloadId: 'w3' });
      fixture.source.report('present', {
        ...{
          uid: 'p3',
          pod: 'starting-0',
          project: 'p1',
          workload: 'starting',
          workloadId: 'w3',
          ready: false,
        },
      });
      fixture.source.setWorkload({ uid: 'u4', workload: 'failed', workloadId: 'w4' });
      fixture.source.report('present', {
        ...{ uid: 'p4', pod: 'failed-0', project: 'p1', workload: 'failed', workloadId: 'w4', ready: false },
        failing: true,
      });
      fixture.source.setWorkload({
        uid: 'u5',
        workload: 'secret',
        workloadId: 'w5',
        access: { users: [], groups: [] },
      });
      fixture.aliases.update([alias({ targets: [{ project: 'p1', workload: 'ready', weight: 1 }] })]);
      const { status, body } = await fixture.models();
      expect(status).toBe(200);
      expect(body).toEqual({
        object: 'list',
        data: [
          {
            id: 'asleep',
            object: 'model',
            created: 1_767_225_600,
            owned_by: 'p1',
            state: 'asleep',
            workload: 'p1/asleep',
          },
          {
            id: 'failed',
            object: 'model',
            created: 0,
            owned_by: 'p1',
            state: 'failed',
            workload: 'p1/failed',
          },
          {
            id: 'gpt',
            object: 'model',
            created: 1_767_225_600,
            owned_by: 'tessera',
            state: 'ready',
            alias: true,
          },
          { id: 'ready', object: 'model', created: 0, owned_by: 'p1', state: 'ready', workload: 'p1/ready' },
          {
            id: 'starting',
            object: 'model',
            created: 0,
            owned_by: 'p1',
            state: 'starting',
            workload: 'p1/starting',
          },
        ],
      });
      expect(await fixture.idsFor(withKey(KEY))).toContain('secret');
      expect(fixture.schedulers.wakes).toEqual([]);
    });

    it.each([
      { path: '/chat', status: 200 },
      { path: '/p1%2Fchat', status: 200 },
      { path: '/p1/chat', status: 200 },
      { path: '/none', status: 404 },
      { path: '/%', status: 404 },
    ])('and one by its id: $path', async ({ path, status }) => {
      await begin();
      await fixture.serveModel('p1', 'chat');
      const answer = await fixture.models(withKey(KEY), path);
      expect(answer.status).toBe(status);
      expect(answer.body).toMatchObject(
        status === 200 ? { object: 'model', state: 'ready' } : { error: { code: 'model_not_found' } },
      );
    });

    it('to nobody where nothing is public', async () => {
      await begin();
      expect((await fixture.models()).status).toBe(401);
      expect(await fixture.models(withKey(KEY))).toEqual({ status: 200, body: { object: 'list', data: [] } });
    });
  });

  describe('has a host where workloads have hosts', () => {
    it.each([
      { host: 'models.example', inside: false, status: 200 },
      { host: 'api.models.example:8443', inside: false, status: 200 },
      { host: 'gateway.tessera.svc', inside: false, status: 404 },
      { host: 'gateway.tessera.svc', inside: true, status: 200 },
      { host: 'chat-p1-abcdef.models.example', inside: true, status: 401 },
    ])('$host, from inside: $inside', async ({ host, inside, status }) => {
      await begin({ domain: 'models.example' });
      await fixture.serveModel('p1', 'chat');
      const { request, answered } = open(
        inside ? fixture.localUrl + '/v1/models' : `${fixture.url}/v1/models`,
      );
      request.setHeader('host', host);
      request.end();
      const answer = await answered;
      expect({ status: answer.statusCode }).toEqual({ status });
      await text(answer);
    });
  });
});
