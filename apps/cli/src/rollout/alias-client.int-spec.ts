import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { EXAMPLES } from '@tessera/contracts-rest';
import { EXIT } from '../ends';
import { AliasClient } from './alias-client';

const ALIAS = {
  ...EXAMPLES.modelAlias,
  id: '00000000-0000-4000-8000-000000000001',
  targets: [{ projectId: '33', workload: 'chat-v2', weight: 10 }],
  fallbacks: [],
};

/** An API that answers all calls with that status and text, and what it was asked. */
async function answering(status: number, text: string) {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(status).end(text);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return { client: new AliasClient(`http://127.0.0.1:${port}`, 't', ALIAS.id), asked, server };
}

describe('the client of a model alias', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  const with200 = async (body: unknown) => {
    const api = await answering(200, typeof body === 'string' ? body : JSON.stringify(body));
    ({ server } = api);
    return api;
  };

  it('reads and changes the alias under the paths of the contract', async () => {
    const { client, asked } = await with200(ALIAS);
    const { name, targets, fallbacks } = await client.read();
    expect({ name, targets, fallbacks }).toEqual({
      name: ALIAS.name,
      targets: ALIAS.targets,
      fallbacks: ALIAS.fallbacks,
    });
    await client.write({ targets, fallbacks });
    await client.projectName('a/b');
    expect(asked).toEqual([
      `GET /api/v1/tessera/model-aliases/${ALIAS.id}`,
      `PUT /api/v1/tessera/model-aliases/${ALIAS.id}`,
      'GET /api/v1/org-unit/projects/a%2Fb',
    ]);
  });

  it.each([
    ['the page of a proxy', '<html></html>'],
    ['an alias without targets', { ...ALIAS, targets: undefined }],
    [
      'a weight that is text',
      { ...ALIAS, targets: [{ projectId: '33', workload: 'chat-v2', weight: '10' }] },
    ],
  ])('refuses %s', async (_what, body) => {
    const { client } = await with200(body);
    await expect(client.read()).rejects.toMatchObject({
      code: EXIT.failed,
      message: expect.stringContaining('--api'),
    });
  });

  it('distinguishes an alias that does not exist from other refusals', async () => {
    const api = await answering(404, '{"message":"no alias"}');
    ({ server } = api);
    await expect(api.client.read()).rejects.toMatchObject({ code: EXIT.notFound });
  });
});
