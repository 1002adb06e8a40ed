import { eventually } from '@tessera/testing-services';
import { Client, workload, type Json } from '../client';
import { Platform } from '../platform';

jest.setTimeout(180_000);

const SMALL = { cpuCoreRequest: 0.1 };
const LIMIT_MS = 30_000;
/** Time in which a workload that was woken would have a replica. */
const TOO_SHORT_MS = 1_500;

let platform: Platform;
let client: Client;

beforeAll(async () => {
  platform = await Platform.create();
  await platform.start(['--kafka', 'embedded']);
  client = new Client(() => platform.connection);
});
afterAll(() => platform.remove());

const ask = async (name: string, headers: Readonly<Record<string, string>> = {}) => {
  const answer = await fetch(`${platform.connection.gateway}/project-1/${name}/v1/models`, { headers });
  const rest = [...answer.headers].filter(([header]) => header !== 'date');
  return { status: answer.status, headers: rest, body: await answer.text() };
};

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** A workload of one replica, or of none until somebody calls it, with these access fields. */
const guarded = (name: string, servingPort: object, asleep = false): Promise<Json> =>
  client.create(
    workload(name, SMALL, {
      servingPort: { container: 8000, ...servingPort },
      ...(asleep ? { autoscaling: { minReplicas: 0, maxReplicas: 1, initialReplicas: 0 } } : {}),
    }),
  );

const condition = async (id: string): Promise<Json> =>
  (await client.call('GET', `/api/v1/workloads/${id}`)).body.conditions.find(
    ({ type }: Json) => type === 'ServingAccessEnforced',
  );

const AUTHENTICATED = { authorizationType: 'authenticatedUsers' };
const OTHERS = { authorizationType: 'authorizedUsers', authorizedUsers: ['somebody@example.com'] };

describe('somebody without a right to call a workload', () => {
  let token: string;
  beforeAll(async () => {
    token = await client.newToken();
    for (const [name, fields] of [
      ['members', AUTHENTICATED],
      ['others', OTHERS],
      ['inner', { clusterLocalAccessOnly: true }],
      ['open', {}],
    ] as const)
      await guarded(name, fields);
    await eventually(async () => expect((await ask('open')).status).toBe(200), LIMIT_MS);
    await eventually(async () => expect((await ask('members', bearer(token))).status).toBe(200), LIMIT_MS);
  });

  // Before, every client that reached the gateway could call all of them.
  it('is not let in, and does not learn which names exist', async () => {
    const forged = { 'x-tessera-caller-kind': 'user', 'x-tessera-caller-id': 'somebody@example.com' };
    const expired = `${token.split('.').slice(0, 2).join('.')}.AAAA`;
    for (const headers of [
      {},
      forged,
      bearer(expired),
      bearer('tsk-guessed'),
      { 'x-api-key': 'tsk-guessed' },
    ]) {
      const unknown = await ask('nothing', headers);
      expect(unknown.status).toBe(401);
      for (const name of ['members', 'others', 'inner']) expect(await ask(name, headers)).toEqual(unknown);
    }
  });

  it('does not learn it with a credential either', async () => {
    const unknown = await ask('nothing', bearer(token));
    expect(unknown.status).toBe(404);
    for (const name of ['others', 'inner']) expect(await ask(name, bearer(token))).toEqual(unknown);
  });

  it('wakes none that sleeps', async () => {
    const { workloadId } = await guarded('asleep', OTHERS, true);
    await eventually(async () => expect((await condition(workloadId)).status).toBe('True'), LIMIT_MS);
    for (const headers of [{}, bearer(token)]) await ask('asleep', headers);
    await expect(
      eventually(async () => expect(await client.podsOf(workloadId)).not.toEqual([]), TOO_SHORT_MS),
    ).rejects.toThrow();
  });
});

describe('a workload that asks for callers with a right', () => {
  it('reports that its access is enforced, and no field as ignored', async () => {
    const { workloadId } = await guarded('says', { ...AUTHENTICATED, clusterLocalAccessOnly: true });
    await eventually(
      async () =>
        expect(await condition(workloadId)).toMatchObject({
          status: 'True',
          reason: 'Enforced',
          message: expect.stringContaining('from inside the cluster only') as string,
        }),
      LIMIT_MS,
    );
    const events = await client.eventsOf(workloadId);
    expect(events.filter(({ reason }) => reason === 'FieldIgnored')).toEqual([]);
  });

  // Before, the field was accepted, everybody was let in, and nothing reported it.
  it('never looks protected at an address that does not lead through the gateway', async () => {
    const exposedUrls = [{ container: 8000, authorizedUsers: ['ada'] }];
    const { workloadId } = await client.create(workload('exposed', SMALL, { exposedUrls }));
    const ignored = 'spec.exposedUrls[0].authorizedUsers is ignored: ';
    await eventually(
      async () =>
        expect(await condition(workloadId)).toMatchObject({
          status: 'False',
          message: expect.stringContaining(ignored) as string,
        }),
      LIMIT_MS,
    );
    expect(await client.eventsOf(workloadId)).toContainEqual(
      expect.objectContaining({
        reason: 'FieldIgnored',
        message: expect.stringContaining(ignored) as string,
      }),
    );
  });
});
