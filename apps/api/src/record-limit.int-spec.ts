import { apiUnderTest, type ApiUnderTest, type Json } from './testing/api-under-test';
import { smallRequest } from './testing/samples';

const INFERENCES = '/api/v1/workloads/inferences';
const POLICY = '/api/v2/policy/inferences';
/** The smallest limit that can be set; records may be 8 KiB smaller than that. */
const LIMIT = 65_536;

let t: ApiUnderTest;
beforeAll(async () => {
  t = await apiUnderTest({ TESSERA_RECORD_LIMIT_BYTES: String(LIMIT) });
});
afterAll(() => t.close());

const variable = (bytes: number) => ({ environmentVariables: [{ name: 'LONG', value: 'x'.repeat(bytes) }] });
const count = async (table: string): Promise<number> =>
  ((await t.dataSource.query(`select count(*)::int as count from ${table}`)) as Json[])[0].count;
const written = async (): Promise<readonly number[]> =>
  Promise.all(['api.workloads', 'api.outbox', 'api.workload_records', 'api.revisions'].map(count));

const expectRefused = ({ status, body }: { readonly status: number; readonly body: Json }): void => {
  expect([status, body.code]).toEqual([413, 413]);
  expect(body.message).toMatch(/too large to be sent to its cluster/);
  const [, size, most] = /it has (\d+) bytes .* the limit is (\d+) bytes/.exec(body.details) ?? [];
  expect(Number(most)).toBe(LIMIT - 8_192);
  expect(Number(size)).toBeGreaterThan(Number(most));
};

describe('a request that would exceed the record limit of the topics', () => {
  it('is rejected when a workload is created, with its size, and leaves nothing behind', async () => {
    const before = await written();
    expectRefused(await t.call('POST', INFERENCES, { body: smallRequest('large', {}, variable(60_000)) }));
    const keyed = { headers: { 'idempotency-key': 'large' } };
    const request = smallRequest('large', {}, variable(60_000));
    expectRefused(await t.call('POST', INFERENCES, { body: request, ...keyed }));
    expect(await written()).toEqual(before);
    expect((await t.call('POST', INFERENCES, { body: smallRequest('large') })).status).toBe(200);
  });

  it('is measured as it is sent: numbers may grow, and texts count in UTF-8', async () => {
    const { name, projectId, clusterId } = smallRequest('grows');
    const numbers = Array.from({ length: 4_000 }, () => '1e20').join();
    const head = `{"name":"${name}","projectId":"${projectId}","clusterId":"${clusterId}"`;
    const body = `${head},"spec":{"image":"model:1","note":[${numbers}]}}`;
    expect(body.length).toBeLessThan(LIMIT / 3);
    expectRefused(await t.call('POST', INFERENCES, { body }));
    const text = 'é'.repeat(30_000);
    expect(text.length).toBeLessThan(LIMIT / 2);
    const spec = { environmentVariables: [{ name: 'LONG', value: text }] };
    expectRefused(await t.call('POST', INFERENCES, { body: smallRequest('grows', {}, spec) }));
  });

  it('is rejected when a workload is changed, which stays unchanged', async () => {
    const { body: workload } = await t.call('POST', INFERENCES, {
      body: smallRequest('changes', {}, variable(30_000)),
    });
    const before = await written();
    const body = { spec: variable(60_000) };
    expectRefused(await t.call('PATCH', `${INFERENCES}/${workload.workloadId}`, { body }));
    expect(await written()).toEqual(before);
    expect((await t.call('DELETE', `${INFERENCES}/${workload.workloadId}`)).status).toBe(204);
  });

  it('is rejected as the policy of a project, and as the sum of a small request and a policy', async () => {
    const policy = (bytes: number) =>
      t.call('PUT', POLICY, {
        body: {
          meta: { scope: 'project', projectId: '1' },
          defaults: { environmentVariables: [{ name: 'SHARED', value: 'x'.repeat(bytes) }] },
        },
      });
    expectRefused(await policy(60_000));
    expect((await policy(30_000)).status).toBe(200);
    expectRefused(await t.call('POST', INFERENCES, { body: smallRequest('both', {}, variable(30_000)) }));
    expect((await t.call('POST', INFERENCES, { body: smallRequest('both') })).status).toBe(200);
  });
});
