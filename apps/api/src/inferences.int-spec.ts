import fc from 'fast-check';
import { apiUnderTest, type ApiUnderTest, type Json } from './testing/api-under-test';
import { keepableJson } from './testing/keepable-json';
import { sampleRequest, smallRequest } from './testing/samples';

const INFERENCES = '/api/v1/workloads/inferences';
const unknown = '00000000-0000-4000-8000-000000000000';

let t: ApiUnderTest;
beforeAll(async () => void (t = await apiUnderTest()));
afterAll(() => t.close());

const create = (body: unknown, headers: Record<string, string> = {}) =>
  t.call('POST', INFERENCES, { body, headers });
const outboxOf = (id: string): Promise<Json[]> =>
  t.dataSource.query('select topic, headers, value from api.outbox where key = $1 order by id', [id]);

describe('the sample request', () => {
  it('is accepted unchanged and returned as sent, ids and quantities as text', async () => {
    const sample = sampleRequest();
    const { status, body } = await create(sample);
    expect(status).toBe(200);
    const [resource] = sample.spec.compute.extendedResources;
    const compute = { ...sample.spec.compute, extendedResources: [{ ...resource, quantity: '2' }] };
    expect(body).toEqual({
      name: expect.stringMatching(/^my-workload-name-[a-z0-9]{5}$/),
      requestedName: 'my-workload-name',
      workloadId: expect.any(String),
      projectId: '1',
      departmentId: '2',
      clusterId: sample.clusterId,
      createdBy: 'first',
      createdAt: '2026-01-01T00:00:00.000Z',
      desiredPhase: 'Running',
      actualPhase: 'Creating',
      spec: { ...sample.spec, compute },
    });
    expect((await t.call('GET', `${INFERENCES}/${body.workloadId}`)).body).toEqual(body);
  });

  it('creates two workloads when it is sent twice', async () => {
    const [one, two] = [await create(sampleRequest()), await create(sampleRequest())];
    expect([one.status, two.status]).toEqual([200, 200]);
    expect(one.body.name).not.toBe(two.body.name);
  });

  it('reports ignored fields in events, one by one', async () => {
    const { body } = await create(sampleRequest());
    const { body: page } = await t.call('GET', `/api/v1/workloads/${body.workloadId}/events?sortOrder=asc`);
    expect(page.events.map(({ reason, message }: Json) => `${reason} ${message.split(' ')[0]}`)).toEqual(
      [
        'spec.environmentVariables[0].secret',
        'spec.tolerations[0].seconds',
        'spec.compute.gpuMemoryRequest',
        'spec.compute.gpuMemoryLimit',
        'spec.compute.migProfile',
        'spec.exposedUrls[0].authorizedUsers',
        'spec.exposedUrls[0].authorizedGroups',
        'spec.storage.git[0]',
        'spec.storage.secretVolume[0]',
        'spec.security.runAsUid',
        'spec.security.runAsGid',
        'spec.security.supplementalGroups',
        'spec.autoscaling.metric',
        'spec.autoscaling.metricThreshold',
      ].map((field) => `FieldIgnored ${field}`),
    );
  });

  it('reports the first hundred ignored fields, and how many more there are', async () => {
    const item = { name: 'A', value: '', secret: { name: 'a', key: 'k' } };
    const { status, body } = await create(
      smallRequest('many', {}, { environmentVariables: Array(1000).fill(item) }),
    );
    const reported = await t.dataSource.query(
      `select body->>'message' as message from api.workload_records where workload_id = $1 and kind = 'event' order by 1`,
      [body.workloadId],
    );
    expect([status, reported.length]).toEqual([200, 101]);
    expect(reported[0].message).toBe('900 more events like these are not listed');
  });

  it('rejects more unknown fields than a spec may have', async () => {
    const many = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`field${index}`, 1]));
    const { status, body } = await create(smallRequest('unknown', {}, many));
    expect([status, body.details]).toEqual([
      400,
      'spec: has more than 1000 fields that are not part of the API',
    ]);
  });

  it('writes the command and the event with the row', async () => {
    const { body } = await create(sampleRequest());
    const [apply, created] = await outboxOf(body.workloadId);
    expect(apply.topic).toBe('tessera.71f69d83-ba66-4822-adf5-55ce55efd210.commands.v1');
    expect(apply.headers).toMatchObject({ ce_type: 'io.tessera.inference.apply.v1' });
    expect(JSON.parse(apply.value)).toMatchObject({
      generation: 1,
      name: body.name,
      namespace: 'runai-project-1',
      defaultNodePools: ['my-node-pool-a', 'my-node-pool-b', 'default'],
      spec: body.spec,
    });
    expect(created.headers).toMatchObject({ ce_type: 'io.tessera.inference.created.v1' });
  });
});

describe('creating', () => {
  it('takes the name as given, once per project', async () => {
    expect((await create(smallRequest('given'))).body.name).toBe('given');
    const again = await create(smallRequest('given'));
    expect([again.status, again.body]).toEqual([
      409,
      { code: 409, message: "workload with name 'given' already exists in this project" },
    ]);
  });

  it('stores and echoes unknown fields', async () => {
    const request = smallRequest('future', {}, { hologram: { depth: [1, null, { x: 'y' }] } });
    const { body } = await create(request);
    expect(body.spec).toEqual(request.spec);
    const reported = (await t.call('GET', `/api/v1/workloads/${body.workloadId}/events`)).body.events;
    expect(reported.map(({ message }: Json) => message)).toEqual([
      'spec.hologram is ignored: there is no such field',
    ]);
  });

  it('reports all violations in one response, and writes nothing', async () => {
    const before = await t.call('GET', '/api/v1/workloads/count');
    const { status, body } = await create({
      name: 'No.Good',
      projectId: 77,
      clusterId: unknown,
      spec: { image: 5, autoscaling: { minReplicas: 0, maxReplicas: 2 } },
    });
    expect(status).toBe(400);
    expect(body.details.split('; ').map((part: string) => part.split(':')[0])).toEqual([
      'spec.image',
      'projectId',
      'clusterId',
      'name',
      'spec.autoscaling.metric',
    ]);
    expect((await t.call('GET', '/api/v1/workloads/count')).body).toEqual(before.body);
  });

  it('returns the first response again for the same Idempotency-Key', async () => {
    const headers = { 'idempotency-key': 'once' };
    const first = await create(smallRequest('keyed'), headers);
    await t.call('DELETE', `${INFERENCES}/${first.body.workloadId}`);
    expect((await create(smallRequest('keyed'), headers)).text).toBe(first.text);
    expect((await create(smallRequest('other'), headers)).status).toBe(422);
    t.clock.advance(25 * 3600_000);
    expect((await create(smallRequest('later'), headers)).body.name).toBe('later');
  });
});

describe('the same request many times at once with one Idempotency-Key', () => {
  it.each([true, false])('creates one workload (name as prefix: %s)', async (useGivenNameAsPrefix) => {
    const body = smallRequest(`at-once-${useGivenNameAsPrefix}`, { useGivenNameAsPrefix });
    const headers = { 'idempotency-key': `at-once-${useGivenNameAsPrefix}` };
    const answers = await Promise.all(Array.from({ length: 12 }, () => create(body, headers)));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(200);
  });

  it('gives the key to one of two bodies', async () => {
    const headers = { 'idempotency-key': 'two bodies' };
    const bodies = ['one', 'other'].map((args) => smallRequest('two-bodies', {}, { args }));
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_unused, index) => create(bodies[index % 2], headers)),
    );
    expect(new Set(answers.map(({ status }, index) => `${index % 2} ${status}`)).size).toBe(2);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 422]));
  });

  it('is free for another body when the first was rejected', async () => {
    const headers = { 'idempotency-key': 'refused' };
    expect((await create(smallRequest('Refused'), headers)).status).toBe(400);
    expect((await create(smallRequest('not-refused'), headers)).status).toBe(200);
  });
});

describe('any accepted body', () => {
  it('is stored and returned unchanged', async () => {
    const text = fc.string({ minLength: 1, unit: 'grapheme' }).filter((value) => !value.includes('\0'));
    const spec = fc.record(
      {
        args: text,
        workingDir: text,
        annotations: fc.array(fc.record({ name: fc.stringMatching(/^[a-z]{1,9}$/), value: text }), {
          maxLength: 3,
        }),
        compute: fc.record({
          cpuCoreRequest: fc
            .double({ min: 0, max: 64, noNaN: true })
            .filter((value) => !Object.is(value, -0)),
          gpuDevicesRequest: fc.integer({ min: 0, max: 8 }),
        }),
        later: keepableJson,
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(spec, async (fields) => {
        const request = {
          ...smallRequest('any', { useGivenNameAsPrefix: true }),
          spec: { image: 'a', ...fields },
        };
        const { status, body } = await create(request);
        expect([status, body.spec]).toEqual([200, JSON.parse(JSON.stringify(request.spec))]);
        expect((await t.call('GET', `${INFERENCES}/${body.workloadId}`)).body).toEqual(body);
      }),
      { numRuns: 40 },
    );
  });
});

describe('changing', () => {
  it('merges objects, replaces lists, creates a revision and a command of the next generation', async () => {
    const spec = {
      nodePools: ['a', 'b'],
      autoscaling: { minReplicas: 1, maxReplicas: 2, metric: 'latency', metricThreshold: 9 },
    };
    const { body } = await create(smallRequest('changing', {}, spec));
    const path = `${INFERENCES}/${body.workloadId}`;
    const patched = await t.call('PATCH', path, {
      body: { spec: { image: 'model:2', nodePools: ['c'], autoscaling: { maxReplicas: 5 } } },
    });
    expect([patched.status, patched.body.spec]).toEqual([
      202,
      {
        ...body.spec,
        image: 'model:2',
        nodePools: ['c'],
        autoscaling: { ...spec.autoscaling, maxReplicas: 5 },
      },
    ]);
    expect((await t.call('GET', `${path}/revisions/count`)).body).toEqual({ count: 2 });
    const { body: listed } = await t.call('GET', `${path}/revisions`);
    expect(listed.revisions.map(({ images }: Json) => images)).toEqual([['model:1'], ['model:2']]);
    const rows = await outboxOf(body.workloadId);
    expect(rows.map(({ headers }) => headers.ce_type.split('.')[3])).toEqual([
      'apply',
      'created',
      'apply',
      'updated',
    ]);
    expect(JSON.parse(rows[2].value)).toMatchObject({ generation: 2, spec: patched.body.spec });
    expect(rows.map(({ headers }) => Number(headers.ce_sequence))).toEqual([1, 2, 3, 4]);
  });

  it('rejects fixed fields, and changes that violate a rule', async () => {
    const { body } = await create(smallRequest('unchanging'));
    const path = `${INFERENCES}/${body.workloadId}`;
    const fixed = await t.call('PATCH', path, { body: { spec: { labels: [] } } });
    expect([fixed.status, fixed.body.details]).toEqual([
      400,
      'spec.labels: cannot be changed after creation',
    ]);
    const broken = await t.call('PATCH', path, { body: { spec: { image: null } } });
    expect([broken.status, broken.body.details]).toEqual([400, 'spec.image: Required parameter is missing']);
  });
});
