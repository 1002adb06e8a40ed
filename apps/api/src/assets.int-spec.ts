import { LOCAL } from '@tessera/adapter-postgres';
import { decodeEvent, isEvent } from '@tessera/contracts-events';
import { apiUnderTest, type ApiUnderTest, type Json } from './testing/api-under-test';
import { smallRequest } from './testing/samples';

const INFERENCES = '/api/v1/workloads/inferences';
const VOLUMES = '/api/v1/datavolumes';
const CREDENTIALS = '/api/v1/asset/credentials';
const UNKNOWN = '0b0b0b0b-0000-4000-8000-00000000000b';

let t: ApiUnderTest;
let otherProject: string;

beforeAll(async () => {
  t = await apiUnderTest();
  const { clusterId, departmentId: parentId } = LOCAL;
  const body = { name: 'other', clusterId, parentId, resources: [] };
  otherProject = (await t.call('POST', '/api/v1/org-unit/projects', { body })).body.id;
});
afterAll(() => t.close());

const volume = async (name: string, originPvcName: string, projectId: string = LOCAL.projectId) => {
  const answer = await t.call('POST', VOLUMES, { body: { name, originPvcName, projectId } });
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return answer.body;
};
const credential = async (kind: string, name: string, existingSecretName: string, projectId = 1) => {
  const meta = { name, scope: 'project', projectId };
  const answer = await t.call('POST', `${CREDENTIALS}/${kind}`, {
    body: { meta, spec: { existingSecretName } },
  });
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return answer.body;
};

/** Creates a workload with this spec; returns the references in its latest command. */
const commanded = async (name: string, spec: object) => {
  const created = await t.call('POST', INFERENCES, { body: smallRequest(name, {}, spec) });
  expect([created.status, created.text]).toEqual([200, expect.any(String)]);
  return { id: created.body.workloadId as string, references: await referencesOf(created.body.workloadId) };
};
const referencesOf = async (workloadId: string): Promise<Json> => {
  const rows: Json[] = await t.dataSource.query('select key, value, headers from api.outbox order by id');
  const commands = rows.flatMap(({ key, value, headers }) => {
    const decoded = decodeEvent({ key, value, headers });
    if (decoded.kind !== 'event' || !isEvent(decoded.event, 'apply')) return [];
    return decoded.event.data.workloadId === workloadId ? [decoded.event.data] : [];
  });
  return commands.at(-1)?.references;
};
const reported = async (id: string): Promise<readonly string[]> => {
  const { body } = await t.call('GET', `${INFERENCES.replace('/inferences', '')}/${id}/events`);
  return body.events.map(({ reason, message }: Json) => `${reason} ${message}`);
};

describe('a data volume', () => {
  it('is created, read, listed and deleted', async () => {
    const made = await volume('corpus', 'corpus-claim');
    const read = await t.call('GET', `${VOLUMES}/${made.id}`);
    expect(read.body).toEqual(made);
    expect(read.body).toMatchObject({
      originPvcName: 'corpus-claim',
      projectId: '1',
      projectName: 'project-1',
    });
    const { body } = await t.call('GET', VOLUMES);
    expect(body.datavolumes.map(({ name }: Json) => name)).toContain('corpus');
    const again = await t.call('POST', VOLUMES, {
      body: { name: 'corpus', originPvcName: 'x', projectId: '1' },
    });
    expect(again.status).toBe(409);
    expect((await t.call('DELETE', `${VOLUMES}/${made.id}`)).status).toBe(204);
    expect((await t.call('GET', `${VOLUMES}/${made.id}`)).status).toBe(404);
    expect((await t.call('DELETE', `${VOLUMES}/${made.id}`)).status).toBe(404);
  });

  it('is rejected with every violation', async () => {
    const body = { name: 'v', originPvcName: 'Not A Claim', projectId: '909', useOriginalVolume: false };
    const { status, body: refused } = await t.call('POST', VOLUMES, { body });
    expect([status, refused.details]).toEqual([
      400,
      'projectId: there is no project 909; originPvcName: "Not A Claim" is not a valid name of a Kubernetes object; useOriginalVolume: no copy is made; only true is possible',
    ]);
  });

  it('gives a workload its claim, whatever the case of the id', async () => {
    const { id } = await volume('weights', 'weights-claim');
    const upper = id.toUpperCase();
    const { references, id: workload } = await commanded('mounts', {
      storage: { dataVolume: [{ id: upper, mountPath: '/data' }] },
    });
    expect(references).toEqual({ dataVolumes: { [upper]: 'weights-claim' }, credentials: {} });
    expect(await reported(workload)).toEqual([]);
  });

  it('that is unknown, or of another project, mounts the claim of its id, and an event reports it', async () => {
    const { id: foreign } = await volume('theirs', 'their-claim', otherProject);
    const { references, id } = await commanded('unknown', {
      storage: {
        dataVolume: [
          { id: UNKNOWN, mountPath: '/a' },
          { id: foreign, mountPath: '/b' },
        ],
      },
    });
    expect(references).toBeUndefined();
    expect([...(await reported(id))].sort()).toEqual(
      [UNKNOWN, foreign]
        .map(
          (one, index) =>
            `DataVolumeUnknown spec.storage.dataVolume[${index}].id: project project-1 has no data volume ${one}; the claim "data-${one}" of its namespace is mounted`,
        )
        .sort(),
    );
  });

  it('is looked up again when the workload changes; an event reports one deleted in between', async () => {
    const { id: datavolume } = await volume('passing', 'passing-claim');
    const storage = { dataVolume: [{ id: datavolume, mountPath: '/c' }] };
    const { id } = await commanded('changes', { storage });
    const change = async (image: string): Promise<Json> => {
      expect((await t.call('PATCH', `${INFERENCES}/${id}`, { body: { spec: { image } } })).status).toBe(202);
      return referencesOf(id);
    };
    expect(await change('model:2')).toEqual({
      dataVolumes: { [datavolume]: 'passing-claim' },
      credentials: {},
    });
    expect(await reported(id)).toEqual([]);
    await t.call('DELETE', `${VOLUMES}/${datavolume}`);
    expect(await change('model:3')).toBeUndefined();
    expect(await reported(id)).toEqual([expect.stringMatching(/^DataVolumeUnknown .*"data-/)]);
  });
});

describe('a credential', () => {
  it.each(['access-key', 'password', 'docker-registry', 'generic-secret'])(
    '%s is created, read, listed and deleted',
    async (kind) => {
      const path = `${CREDENTIALS}/${kind}`;
      const made = await credential(kind, `a-${kind}`, 'a-secret');
      expect(made.spec).toEqual({ existingSecretName: 'a-secret', keyId: 0 });
      expect((await t.call('GET', `${path}/${made.meta.id}`)).body).toEqual(made);
      for (const list of [path, CREDENTIALS])
        expect((await t.call('GET', list)).body.entries).toContainEqual(made);
      const another = ['password', 'access-key'].find((one) => one !== kind);
      expect((await t.call('GET', `${CREDENTIALS}/${another}/${made.meta.id}`)).status).toBe(404);
      expect((await t.call('DELETE', `${path}/${made.meta.id}`)).status).toBe(204);
      expect((await t.call('GET', `${path}/${made.meta.id}`)).status).toBe(404);
    },
  );

  it.each([
    ['password', { user: 'ada', password: 'enigma-1' }, ['user', 'password']],
    ['access-key', { accessKeyId: 'id', secretAccessKey: 'enigma-1' }, ['accessKeyId', 'secretAccessKey']],
    ['generic-secret', { keyValuePairs: [{ key: 'k', value: 'enigma-1' }] }, ['keyValuePairs']],
  ])('%s is rejected with secret material, which is stored nowhere', async (kind, spec, fields) => {
    const meta = { name: 'with-material', scope: 'project', projectId: 1 };
    const { status, text, body } = await t.call('POST', `${CREDENTIALS}/${kind}`, { body: { meta, spec } });
    expect(status).toBe(400);
    for (const field of fields)
      expect(body.details).toContain(
        `spec.${field}: secret material is not accepted; create a Secret in the project's namespace and name it in spec.existingSecretName`,
      );
    expect(text).not.toContain('enigma-1');
    const rows: Json[] = await t.dataSource.query(
      `select row_to_json(a)::text as said from api.audit_log a union all select row_to_json(c)::text from api.credentials c`,
    );
    expect(JSON.stringify(rows)).not.toContain('enigma-1');
  });

  it('resolves to its Secret where a workload gives its name or id, and by no other name', async () => {
    await credential('password', 'git', 'git-secret');
    const token = await credential('generic-secret', 'token', 'token-secret');
    await credential('docker-registry', 'pull', 'pull-secret');
    await credential('docker-registry', 'theirs', 'their-secret', Number(otherProject));
    const { references } = await commanded('names', {
      environmentVariables: [{ name: 'TOKEN', userCredential: { name: token.meta.id, key: 'token' } }],
      imagePullSecrets: [{ name: 'pull' }, { name: 'theirs' }, { name: 'constructor' }],
      storage: { git: [{ repository: 'https://git.example/r', path: '/code', passwordSecret: 'git' }] },
    });
    expect(references).toEqual({
      dataVolumes: {},
      credentials: { git: 'git-secret', [token.meta.id]: 'token-secret', pull: 'pull-secret' },
    });
  });
});

describe('the cache of data volumes and credentials', () => {
  const id = '0c0c0c0c-0000-4000-8000-00000000000c';
  const storage = { dataVolume: [{ id, mountPath: '/d' }] };
  const known = { dataVolumes: { [id]: 'late-claim' }, credentials: {} };
  /** Writes as another API process would. */
  const elsewhere = (sql: string): Promise<unknown> => t.dataSource.query(sql);
  const insert = (): Promise<unknown> =>
    elsewhere(`insert into api.data_volumes (id, project_id, name, claim_name, created_by)
      values ('${id}', '1', 'late', 'late-claim', 'somebody')`);

  it('is filled by one read', async () => {
    const pool = (t.dataSource.driver as unknown as { master: { query: (...args: unknown[]) => unknown } })
      .master;
    const query = jest.spyOn(pool, 'query');
    const asked = (): number =>
      query.mock.calls.filter(([one]) => (one as { name?: string }).name === 'references').length;
    await commanded('first', { storage });
    const once = asked();
    await commanded('second', { storage });
    await commanded('third-look', { storage });
    expect([once, asked()]).toEqual([1, 1]);
    query.mockRestore();
  });

  it('is not used once another process has changed them', async () => {
    expect((await commanded('before', { storage })).references).toBeUndefined();
    await insert();
    const { references, id: workload } = await commanded('between', { storage });
    expect(references).toEqual(known);
    expect(await reported(workload)).toEqual([]);
    await elsewhere(`update api.data_volumes set claim_name = 'other-claim' where id = '${id}'`);
    expect((await commanded('moved', { storage })).references.dataVolumes).toEqual({ [id]: 'other-claim' });
    await elsewhere(`delete from api.data_volumes where id = '${id}'`);
    expect((await commanded('after', { storage })).references).toBeUndefined();
  });

  it('is dropped by a request with a key as well, whose response is stored', async () => {
    await commanded('keyed-before', { storage });
    await insert();
    const headers = { 'idempotency-key': 'assets-1' };
    const create = () =>
      t.call('POST', INFERENCES, { body: smallRequest('keyed', {}, { storage }), headers });
    const [first, again] = [await create(), await create()];
    expect([first.status, again.status, again.text]).toEqual([200, 200, first.text]);
    expect(await referencesOf(first.body.workloadId)).toEqual(known);
    await elsewhere(`delete from api.data_volumes where id = '${id}'`);
  });

  it('does not hide a name conflict', async () => {
    await commanded('taken', { storage });
    await insert();
    const { status, body } = await t.call('POST', INFERENCES, {
      body: smallRequest('taken', {}, { storage }),
    });
    expect([status, body.message]).toEqual([409, expect.stringContaining('taken')]);
    await elsewhere(`delete from api.data_volumes where id = '${id}'`);
  });

  it('does not outlive the project; the error names the missing project', async () => {
    const { clusterId, departmentId: parentId } = LOCAL;
    const project = { name: 'passing', clusterId, parentId, resources: [] };
    const projectId = (await t.call('POST', '/api/v1/org-unit/projects', { body: project })).body.id;
    const create = (name: string) =>
      t.call('POST', INFERENCES, { body: { ...smallRequest(name, {}, { storage }), projectId } });
    const first = await create('in-time');
    expect([first.status, first.text]).toEqual([200, expect.any(String)]);
    for (const table of ['revisions', 'workload_records'])
      await elsewhere(`delete from api.${table} where workload_id = '${first.body.workloadId}'`);
    await elsewhere(`delete from api.workloads where project_id = '${projectId}'`);
    await elsewhere(`delete from api.projects where id = '${projectId}'`);
    const { status, body } = await create('too-late');
    expect([status, body.details]).toEqual([400, `projectId: there is no project ${projectId}`]);
  });
});
