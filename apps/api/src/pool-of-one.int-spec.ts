import { ROUTES, type OperationId, type Route } from '@tessera/contracts-rest';
import { apiUnderTest, CREDENTIALS, type ApiUnderTest, type Json } from './testing/api-under-test';
import { requestOf } from './testing/route-requests';
import { smallRequest } from './testing/samples';
import { branch, credential, type Branch } from './testing/two-org-units';

/** A call that takes a second connection while it holds one waits this long and then fails. */
const WAIT_MS = 25_000;
/** Far less than that, and far more than any route takes on a busy machine. */
const LIMIT_MS = 20_000;
const INFERENCES = '/api/v1/workloads/inferences';

/** Fields that a general body does not have. */
const BODIES: Readonly<Partial<Record<OperationId, object>>> = {
  grant_token: { grantType: 'app_token', AppId: CREDENTIALS.id, AppSecret: CREDENTIALS.secret },
  grant_token_v2: {
    ...{ grant_type: 'client_credentials', client_id: CREDENTIALS.id, client_secret: CREDENTIALS.secret },
  },
  set_mig_config: { config: 'all-1g.5gb' },
  // Ids that only the database can resolve.
  update_inference_spec: {
    spec: { image: 'model:2', imagePullSecrets: [{ name: 'own-docker-registry', userCredential: false }] },
  },
};
/** The branch is not empty when these run. */
const IN_USE: readonly OperationId[] = ['delete_department', 'delete_project'];
/** The cluster of this test never connected, so it has no nodes. */
const NO_NODES: readonly OperationId[] = ['get_node_metrics'];
/** The services behind these routes do not run here; a 503 means that everything before the call was done. */
const ELSEWHERE = /"details":"the (metrics service|scheduler) cannot be reached/;

let t: ApiUnderTest;
let own: Branch;
/** One for all operations: as many logins as there are routes would reach the limit of logins. */
let token: string;
beforeAll(async () => {
  t = await apiUnderTest({ TESSERA_DATABASE_POOL: '1', TESSERA_DATABASE_CONNECT_MS: String(WAIT_MS) });
  own = await branch(t, 'own');
  token = await t.tokenOf(CREDENTIALS.id, CREDENTIALS.secret);
});
afterAll(() => t.close());

/** Reads run after creates, and deletes run last. */
const ORDER = ['POST', 'PUT', 'PATCH', 'GET', 'DELETE'];
const placeOf = (operation: OperationId): number => ORDER.indexOf(ROUTES[operation].method);
const operations = (Object.keys(ROUTES) as OperationId[]).sort((one, other) => placeOf(one) - placeOf(other));

describe('with a pool of one connection', () => {
  it.each(operations)('%s works without a second one', async (operation) => {
    const { payload, ...request } = requestOf(ROUTES[operation] as Route, own);
    const body = JSON.stringify(BODIES[operation] ?? JSON.parse(payload ?? '{}'));
    const began = performance.now();
    const { statusCode, body: text } = await t.api.app.inject({
      ...request,
      headers: { authorization: `Bearer ${token}` },
      ...(payload === undefined ? {} : { payload: body }),
    });
    expect(performance.now() - began).toBeLessThan(LIMIT_MS);
    if (IN_USE.includes(operation)) expect([statusCode, text]).toEqual([409, text]);
    else if (NO_NODES.includes(operation)) expect([statusCode, text]).toEqual([404, text]);
    else if (statusCode === 503) expect(text).toMatch(ELSEWHERE);
    else expect([text, Math.floor(statusCode / 100)]).toEqual([text, 2]);
  });
});

const patch = async (at: ApiUnderTest, id: string, spec: object): Promise<number> =>
  (await at.call('PATCH', `${INFERENCES}/${id}`, { body: { spec } })).status;

describe.each(['1', '10'])('changes of one workload at once, with a pool of %s', (pool) => {
  let at: ApiUnderTest;
  let workload: Json;
  beforeAll(async () => {
    at = await apiUnderTest({ TESSERA_DATABASE_POOL: pool });
    await credential(at, 'docker-registry', 'registry', '1');
    const spec = { imagePullSecrets: [{ name: 'registry', userCredential: false }] };
    const created = await at.call('POST', INFERENCES, { body: smallRequest('contended', {}, spec) });
    workload = created.body;
    expect(created.status).toBe(200);
  });
  afterAll(() => at.close());

  it('all finish where each resolves its imagePullSecrets', async () => {
    const changes = Array.from({ length: 30 }, (_unused, n) =>
      patch(at, workload.workloadId, { image: `model:${n}` }),
    );
    expect(await Promise.all(changes)).toEqual(changes.map(() => 202));
  });

  it('all finish after the cached project has expired', async () => {
    at.clock.advance(10_000);
    const changes = Array.from({ length: 15 }, (_unused, n) =>
      patch(at, workload.workloadId, { image: `quiet:${n}` }),
    );
    expect(await Promise.all(changes)).toEqual(changes.map(() => 202));
  });
});
