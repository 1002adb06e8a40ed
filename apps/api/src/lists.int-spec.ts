import { LOCAL } from '@tessera/adapter-postgres';
import {
  DEPARTMENT_SORTS,
  FILTER_OPERATORS,
  POD_FIELDS,
  PROJECT_SORTS,
  WORKLOAD_FIELDS,
} from '@tessera/contracts-rest';
import { apiUnderTest, type ApiUnderTest, type Json } from './testing/api-under-test';
import { reportPod } from './testing/two-org-units';

const WORKLOADS = '/api/v1/workloads';
const NAMES = ['alpha', 'beta', 'gamma-50', 'delta'];

let t: ApiUnderTest;
beforeAll(async () => {
  t = await apiUnderTest();
  for (const name of NAMES) {
    const body = {
      ...{ name, projectId: LOCAL.projectId, clusterId: LOCAL.clusterId },
      spec: { image: 'model:1', servingPort: { container: 8000 } },
    };
    const { body: made } = await t.call('POST', `${WORKLOADS}/inferences`, { body });
    // One of them has a pod, and therefore a node pool and a share of a GPU.
    if (name === 'alpha') await reportPod(t, made, name);
    t.clock.advance(1_000);
  }
});
afterAll(() => t.close());

const ask = (query: string, path = WORKLOADS) => t.call('GET', `${path}?${query}`);
const named = async (query: string): Promise<readonly string[]> => {
  const { status, text, body } = await ask(query);
  if (status !== 200) throw new Error(`${query}: ${status} ${text}`);
  return body.workloads.map(({ name }: Json) => name);
};
const filtered = (...conditions: readonly string[]) =>
  named(`filterBy=${conditions.map(encodeURIComponent).join(',')}`);

describe('filterBy', () => {
  const ALL = NAMES;
  const TABLE: readonly (readonly [string, readonly string[]])[] = [
    ['name==alpha', ['alpha']],
    ['name!=alpha', ['beta', 'gamma-50', 'delta']],
    ['name=@LT', ['delta']],
    ['name!@a-', ['alpha', 'beta', 'delta']],
    ['name=^be', ['beta']],
    ['name=$ta', ['beta', 'delta']],
    ['name<=beta', ['alpha', 'beta']],
    ['name>=beta', ['beta', 'gamma-50', 'delta']],
    ['name=@%', []],
    ['name=@_', []],
    ['name==a,b', []],
    [`clusterId==${LOCAL.clusterId.toUpperCase()}`, ALL],
    [`clusterId!=${LOCAL.clusterId}`, []],
    ['projectId==1', ALL],
    ['type==Inference', ALL],
    ['type!=Inference', []],
    ['phase==Pending', []],
    ['submittedBy==first', ALL],
    ['category==Deploy', ALL],
    ['priorityClassName==inference', ALL],
    ['distributedFramework==x', []],
    ['distributedFramework!=x', ALL],
    ['nodepool==own-pool', []],
    ['allocatedGPU>=0', ALL],
    ['allocatedGPU<=-1', []],
    ['allocatedGPU==0', ['beta', 'gamma-50', 'delta']],
    ['allocatedGPU!=0', ['alpha']],
    ['createdAt==2026-01-01T00:00:01Z', ['beta']],
    ['createdAt!=2026-01-01T00:00:01Z', ['alpha', 'gamma-50', 'delta']],
    ['createdAt<=2026-01-01T01:00:01+01:00', ['alpha', 'beta']],
    // A time without a zone is UTC, whatever the zone of the server.
    ['createdAt>=2026-01-01T00:00:02', ['gamma-50', 'delta']],
    ['createdAt>=2026-01-01', ALL],
    ['deletedAt==2026-01-01', []],
    ['deletedAt!=2026-01-01', ALL],
  ];

  it.each(TABLE)('%s', async (condition, want) => {
    expect([...(await filtered(condition))].sort()).toEqual([...want].sort());
    const count = await ask(`filterBy=${encodeURIComponent(condition)}`, `${WORKLOADS}/count`);
    expect(count.body).toEqual({ count: want.length });
  });

  it('finds node pools among those that a workload runs in, and the opposite', async () => {
    await t.dataSource.query(`update api.workloads set node_pools = '{a,b}' where name = 'alpha'`);
    for (const [condition, want] of [
      ['nodepool==a', ['alpha']],
      ['nodepool=@B', ['alpha']],
      ['nodepool=^b', ['alpha']],
      ['nodepool>=b', ['alpha']],
      ['nodepool!=a', ['beta', 'gamma-50', 'delta']],
      ['nodepool!@b', ['beta', 'gamma-50', 'delta']],
      ['nodepool!=c', ALL],
    ] as const)
      expect([condition, await filtered(condition)]).toEqual([condition, want]);
  });

  it('joins conditions: by commas, coded or not, and by repeating the key', async () => {
    expect(await filtered('name=$ta', 'name=^d')).toEqual(['delta']);
    expect(await named('filterBy=name%3D%24ta%2Cname%3D%5Ed')).toEqual(['delta']);
    expect(await named('filterBy=name=$ta&filterBy=name=^d')).toEqual(['delta']);
  });

  const OF_ALL: readonly (readonly [string, readonly string[]])[] = [
    [WORKLOADS, WORKLOAD_FIELDS],
    [`${WORKLOADS}/pods`, POD_FIELDS],
    ['/api/v1/org-unit/projects', PROJECT_SORTS.filter((field) => field !== 'createdAt')],
  ];
  it.each(OF_ALL)('%s accepts every operator on every field, or explains why not', async (path, fields) => {
    for (const field of fields)
      for (const operator of FILTER_OPERATORS) {
        const isTime = field.endsWith('At');
        const value = isTime ? '2026-01-01T00:00:00Z' : '1';
        const query = `filterBy=${encodeURIComponent(`${field}${operator}${value}`)}`;
        const { status, body } = await ask(query, path);
        const refused = (isTime || field === 'allocatedGPU') && /[@^$]/.test(operator);
        expect([query, status]).toEqual([query, refused ? 400 : 200]);
        if (refused)
          expect(body.message).toBe(`${field} can be compared by ==, !=, <= and >= only, not by ${operator}`);
      }
  });

  it.each([
    ['createdAt==yesterday', 'createdAt: "yesterday" is not a time; write for example 2024-01-01T00:00:00Z'],
    ['allocatedGPU==many', 'allocatedGPU: "many" is not a number'],
    [
      'colour==red',
      '"colour==red" is not a filter; write <field><operator><value>, with a field of type, name',
    ],
    ['name~red', '"name~red" is not a filter'],
    ['name==', '"name==" is not a filter'],
  ])('%s is 400', async (condition, message) => {
    const { status, body } = await ask(`filterBy=${encodeURIComponent(condition)}`);
    expect([status, body.message]).toEqual([400, expect.stringContaining(message)]);
  });
});

describe('sortBy', () => {
  it.each(WORKLOAD_FIELDS)('%s: one order, and the reverse of it', async (field) => {
    const up = await named(`sortBy=${field}&sortOrder=asc`);
    const down = await named(`sortBy=${field}&sortOrder=desc`);
    expect([...up].sort()).toEqual([...NAMES].sort());
    // Equal values are ordered by time; a missing value comes last in both directions.
    if (field !== 'nodepool' && field !== 'nodeName') expect([...down].reverse()).toEqual(up);
    if (field === 'name') expect(up).toEqual([...NAMES].sort());
    if (field === 'createdAt') expect(up).toEqual(NAMES);
  });

  it.each([
    ...PROJECT_SORTS.map((field) => ['projects', field] as const),
    ...DEPARTMENT_SORTS.map((field) => ['departments', field] as const),
  ])('%s by %s: what is listed stays complete', async (kind, field) => {
    const path = `/api/v1/org-unit/${kind}`;
    const plain = (await ask('', path)).body[kind];
    expect((await ask(`sortBy=${field}`, path)).body[kind]).toEqual(plain);
  });

  it('by an unknown field is 400', async () => {
    expect((await ask('sortBy=colour')).body.message).toContain('"colour" is not one of type, name');
  });
});

describe('pages', () => {
  it.each([1, 2, 3])('of %i hold everything once, and the last has no next', async (limit) => {
    const found: string[] = [];
    let offset: number | undefined = 0;
    for (let pages = 0; offset !== undefined && pages < 10; pages += 1) {
      const { body }: Json = await ask(`sortBy=type&limit=${limit}&offset=${offset}`);
      found.push(...body.workloads.map(({ name }: Json) => name));
      if (body.next !== undefined) expect(body.next).toBe(offset + limit);
      offset = body.next;
    }
    expect(found).toEqual(NAMES);
  });

  it('have bounds', async () => {
    for (const query of ['limit=0', 'limit=501', 'limit=-1', 'limit=x', 'offset=-1', 'offset=99999999999'])
      expect([query, (await ask(query)).status]).toEqual([query, 400]);
    expect((await ask('limit=500')).body.workloads).toHaveLength(NAMES.length);
    expect((await ask('offset=1000')).body).toEqual({ workloads: [] });
  });
});

describe('search', () => {
  it('finds text in names, in whatever case, and nothing by patterns', async () => {
    expect(await named('search=LT')).toEqual(['delta']);
    expect(await named('search=')).toEqual(NAMES);
    expect(await named('search=%25')).toEqual([]);
    expect((await ask('search=ta', `${WORKLOADS}/count`)).body).toEqual({ count: 2 });
  });

  it('finds projects and pods as well', async () => {
    const projects = async (search: string): Promise<number> => {
      const listed = await ask(`search=${search}`, '/api/v1/org-unit/projects');
      const counted = await ask(`search=${search}`, '/api/v1/org-unit/projects/count');
      expect(counted.body.count).toBe(listed.body.projects.length);
      return counted.body.count;
    };
    expect([await projects('JECT-1'), await projects('nothing')]).toEqual([1, 0]);
    const pods = async (search: string): Promise<number> =>
      (await ask(`search=${search}`, `${WORKLOADS}/pods`)).body.pods.length;
    expect([await pods('alpha'), await pods('nothing')]).toEqual([1, 0]);
  });
});

describe('telemetry', () => {
  const values = async (query: string) =>
    (await ask(`telemetryType=WORKLOADS_COUNT&${query}`, `${WORKLOADS}/telemetry`)).body.values;

  it('counts in groups, and only the phases asked for', async () => {
    expect(await values('groupBy=Category,Type')).toEqual([
      {
        value: '4',
        groups: [
          { key: 'Category', value: 'Deploy' },
          { key: 'Type', value: 'Inference' },
        ],
      },
    ]);
    const [{ groups }] = (await values('groupBy=Phase&filterByPhases=Creating,Pending')) as [Json];
    expect(groups).toEqual([{ key: 'Phase', value: 'Creating' }]);
    expect(await values('filterByPhases=Failed')).toEqual([{ value: '0', groups: [] }]);
  });
});
