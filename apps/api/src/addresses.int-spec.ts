import { exposedHost } from '@tessera/contracts-kubernetes/exposed-host';
import { apiUnderTest, type Answered, type ApiUnderTest, type Json } from './testing/api-under-test';
import { reportEvent } from './testing/cluster-events';
import { smallRequest } from './testing/samples';

const INFERENCES = '/api/v1/workloads/inferences';

let t: ApiUnderTest;
beforeAll(async () => void (t = await apiUnderTest()));
afterAll(() => t.close());

const create = (name: string, spec: Json): Promise<Answered> =>
  t.call('POST', INFERENCES, { body: smallRequest(name, {}, spec) });
const nodePort = (external: number) => ({ ports: [{ container: 80, serviceType: 'NodePort', external }] });
const exposed = (url: string) => ({ exposedUrls: [{ container: 80, url }] });

const ASKED: readonly (readonly [what: string, spec: Json, again: Json, details: string])[] = [
  [
    'a node port',
    nodePort(30_100),
    nodePort(30_100),
    'spec.ports[0].external: the node port 30100 is already in use',
  ],
  [
    'a URL',
    exposed('https://notes.example'),
    exposed('https://NOTES.example:443/'),
    'spec.exposedUrls[0].url: the host notes.example is already in use',
  ],
  [
    'the URL of an endpoint',
    { servingPort: { container: 80, exposedUrl: 'https://model.example/v1' } },
    exposed('https://model.example/v1/'),
    'spec.exposedUrls[0].url: the host model.example is already in use',
  ],
  [
    'a host of another scheme and port',
    exposed('https://scheme.example/a'),
    exposed('http://Scheme.example.:8080/b'),
    'spec.exposedUrls[0].url: the host scheme.example is already in use',
  ],
];

describe.each(ASKED)('%s', (what, spec, again, details) => {
  const name = what.replaceAll(' ', '-').toLowerCase();

  it('is a conflict while another workload holds it, and free again when that workload is deleted', async () => {
    const first = await create(name, spec);
    expect(first.status).toBe(200);
    const second = await create(`${name}-2`, again);
    expect([second.status, second.body.code, second.body.details]).toEqual([409, 409, details]);
    await t.call('DELETE', `${INFERENCES}/${first.body.workloadId}`);
    expect((await create(`${name}-2`, again)).status).toBe(409);
    await reportEvent(t, first.body, 'deleted', 3, { generation: 2 });
    expect((await create(`${name}-2`, again)).status).toBe(200);
  });

  it('is given to exactly one of many concurrent requests', async () => {
    const other = JSON.parse(
      JSON.stringify(spec).replaceAll('30100', '30101').replaceAll('.example', '.test'),
    ) as Json;
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_unused, index) => create(`${name}-at-once-${index}`, other)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(7).fill(409)]);
  });
});

it('a creation rejected for an address conflict leaves nothing behind', async () => {
  await create('holder', nodePort(30_200));
  const both = { ...nodePort(30_200), ...exposed('https://free.example') };
  const headers = { 'idempotency-key': 'refused for an address' };
  const body = smallRequest('both', {}, both);
  expect((await t.call('POST', INFERENCES, { body, headers })).body.message).toBe(
    'the node port 30200 is already in use',
  );
  expect((await create('other', exposed('https://free.example'))).status).toBe(200);
  const same = smallRequest('both');
  expect((await t.call('POST', INFERENCES, { body: same, headers })).status).toBe(200);
});

it('a request repeated with the same Idempotency-Key keeps its address', async () => {
  const headers = { 'idempotency-key': 'with an address' };
  const body = smallRequest('again', {}, nodePort(30_300));
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => t.call('POST', INFERENCES, { body, headers })),
  );
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
  expect(answers[0]?.status).toBe(200);
});

describe('hosts generated below the base domain', () => {
  let own: ApiUnderTest;
  beforeAll(
    async () => void (own = await apiUnderTest({ TESSERA_EXPOSED_URLS_BASE: 'https://apps.example' })),
  );
  afterAll(() => own.close());

  it('belong to the workload alone: no other workload may name one, whatever the scheme', async () => {
    const ask = (name: string, spec: Json) =>
      own.call('POST', INFERENCES, { body: smallRequest(name, {}, spec) });
    const host = exposedHost({ name: 'chat', projectName: 'project-1' }, 80, 'apps.example');
    expect((await ask('chat', { exposedUrls: [{ container: 80 }] })).status).toBe(200);
    const second = await ask('thief', exposed(`http://${host}/`));
    expect([second.status, second.body.details]).toEqual([
      409,
      `spec.exposedUrls[0].url: the host ${host} is already in use`,
    ]);
  });

  it('are a conflict where another workload holds the host already', async () => {
    const host = exposedHost({ name: 'later', projectName: 'project-1' }, 80, 'apps.example');
    const ask = (name: string, spec: Json) =>
      own.call('POST', INFERENCES, { body: smallRequest(name, {}, spec) });
    expect((await ask('early', exposed(`https://${host}`))).status).toBe(200);
    expect((await ask('later', { exposedUrls: [{ container: 80 }] })).body.details).toBe(
      `spec.exposedUrls[0]: the host ${host} is already in use`,
    );
  });
});
