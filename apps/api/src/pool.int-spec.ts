import { apiUnderTest, type ApiUnderTest } from './testing/api-under-test';
import { smallRequest } from './testing/samples';

const INFERENCES = '/api/v1/workloads/inferences';
/** As many as the pool of {@link apiUnderTest} has connections, and half as many again. */
const AT_ONCE = 15;

describe('changes at once', () => {
  let api: ApiUnderTest;
  beforeAll(async () => {
    api = await apiUnderTest({ TESSERA_REQUEST_TIMEOUT_MS: '10000' });
  });
  afterAll(() => api.close());

  it.each([
    ['without references', {}],
    ['with pull secrets', { imagePullSecrets: [{ name: 'registry' }] }],
  ])(
    'of one workload %s all finish, although each holds a connection',
    async (title, more) => {
      const name = title.replaceAll(' ', '-');
      const created = await api.call('POST', INFERENCES, { body: smallRequest(name, {}, more) });
      expect(created.status).toBe(200);
      // The cached project is outdated, so that each change has to read it.
      api.clock.advance(10_000);
      const answers = await Promise.all(
        Array.from({ length: AT_ONCE }, (_, index) =>
          api.call('PATCH', `${INFERENCES}/${created.body.workloadId}`, {
            body: { spec: { image: `model:${index}` } },
          }),
        ),
      );
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202));
    },
    40_000,
  );

  it('are checked against the rules that policy defaults violate, and the error names the policy', async () => {
    await api.dataSource.query(`update api.projects set inference_policy = $1 where id = '1'`, [
      JSON.stringify({ defaults: { labels: [{ name: 'team', value: 'not a label value' }] } }),
    ]);
    api.clock.advance(10_000);
    const refused = await api.call('POST', INFERENCES, { body: smallRequest('with-bad-defaults') });
    expect(refused.status).toBe(400);
    expect(refused.body.details).toContain("(from the defaults of the project's policy)");
  });
});
