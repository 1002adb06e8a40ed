import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ensureApplication, LOCAL } from '@tessera/adapter-postgres';
import { scryptSecrets } from '@tessera/adapter-oidc';
import { EXAMPLES, ROUTES, type OperationId, type Route } from '@tessera/contracts-rest';
import { apiUnderTest, type ApiUnderTest, type Json } from './testing/api-under-test';

/** Hashing secrets and creating a database take seconds on a busy machine. */
jest.setTimeout(60_000);

let t: ApiUnderTest;
let scheduler: Server;
let target: Record<string, string>;

/** Routes that call the scheduler need one: a cluster that accepts everything. */
const anyScheduler = (): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer((_request, response) =>
      response.end(JSON.stringify({ replicas: [], node: 'any', configs: [] })),
    );
    server.listen(0, '127.0.0.1', () => resolve(server));
  });

beforeAll(async () => {
  scheduler = await anyScheduler();
  const { port } = scheduler.address() as AddressInfo;
  t = await apiUnderTest({ TESSERA_SCHEDULER_URL: `http://127.0.0.1:${port}` });
  const { appID: clientId, appSecret: secret } = EXAMPLES.token;
  await ensureApplication(t.dataSource, { clientId, secret, tenantId: LOCAL.tenantId }, scryptSecrets);
  const made = await t.call('POST', ROUTES.create_inference1.path, { body: EXAMPLES.inference });
  const { body: key } = await t.call('POST', ROUTES.create_serving_key.path, { body: EXAMPLES.servingKey });
  const { body: alias } = await t.call('POST', ROUTES.create_model_alias.path, {
    body: { ...EXAMPLES.modelAlias, name: 'kept' },
  });
  const { clusterId, departmentId, projectId } = LOCAL;
  target = {
    clusterId,
    departmentId,
    projectId,
    workloadId: made.body.workloadId,
    nodeName: 'any',
    keyId: key.id,
    aliasId: alias.id,
  };
});
afterAll(async () => {
  await t.close();
  scheduler.close();
});

const withBody = (Object.entries(ROUTES) as [OperationId, Route][]).filter(
  ([, { body }]) => body !== undefined,
);

describe('the examples of the document', () => {
  it.each(withBody)('%s accepts its example unchanged', async (operation, route) => {
    const { body: document } = await t.call('GET', '/openapi.json', { token: null });
    const { content } = document.paths[route.path][route.method.toLowerCase()].requestBody;
    const [[type, { example }]] = Object.entries(content) as [[string, Json]];
    const path = route.path.replaceAll(/\{([^}]+)\}/g, (_all, name: string) => target[name] ?? name);
    const body = type === 'application/json' ? example : new URLSearchParams(example).toString();
    const answer = await t.call(route.method, path, { body, headers: { 'content-type': type } });
    const [promised] = Object.keys(route.answers).map(Number);
    expect([operation, answer.status, answer.text]).toEqual([operation, promised, expect.any(String)]);
    const schema = Object.values(route.answers)[0]?.schema;
    expect(schema?.safeParse(answer.body).error).toBeUndefined();
  });
});
