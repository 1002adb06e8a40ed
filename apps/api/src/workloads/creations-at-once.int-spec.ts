import { apiUnderTest, CREDENTIALS, type ApiUnderTest, type Json } from '../testing/api-under-test';
import { smallRequest } from '../testing/samples';

const INFERENCES = '/api/v1/workloads/inferences';
const OWN_NAMES = 40;
const RIVALS = 12;

let t: ApiUnderTest;
let token: string;
beforeAll(async () => {
  t = await apiUnderTest();
  token = await t.tokenOf(CREDENTIALS.id, CREDENTIALS.secret);
});
afterAll(() => t.close());

/** Rows of a table by the workload that they belong to, in the order of `by`. */
async function rowsOf(
  table: string,
  key: string,
  value: string,
  by: string,
): Promise<Map<string, readonly unknown[]>> {
  const rows: Json[] = await t.dataSource.query(
    `select ${key}::text as owner, ${value} as value from api.${table} order by ${by}`,
  );
  const found = new Map<string, unknown[]>();
  for (const row of rows) found.set(row.owner, [...(found.get(row.owner) ?? []), row.value]);
  return found;
}

describe('creations that arrive together share statements', () => {
  let answers: readonly { readonly status: number; readonly body: Json }[];
  beforeAll(async () => {
    const names = [
      ...Array.from({ length: OWN_NAMES }, (_, at) => `own-${at}`),
      ...Array.from({ length: RIVALS }, () => 'contested'),
    ];
    answers = await Promise.all(
      names.map((name, at) =>
        t.call('POST', INFERENCES, {
          body: smallRequest(name, {}, { environmentVariables: [{ name: 'AT', value: String(at) }] }),
          token,
        }),
      ),
    );
  });
  const created = (): readonly Json[] =>
    answers.filter(({ status }) => status === 200).map(({ body }) => body);

  it('creates each under its own name with its own specification', () => {
    expect(answers.slice(0, OWN_NAMES).map(({ status, body }) => [status, body.name])).toEqual(
      Array.from({ length: OWN_NAMES }, (_, at) => [200, `own-${at}`]),
    );
    expect(answers.slice(0, OWN_NAMES).map(({ body }) => body.spec.environmentVariables[0].value)).toEqual(
      Array.from({ length: OWN_NAMES }, (_, at) => String(at)),
    );
  });

  it('gives a contested name to one and refuses the others', () => {
    const statuses = answers.slice(OWN_NAMES).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, ...Array.from({ length: RIVALS - 1 }, () => 409)]);
  });

  it('writes history, command, event, revision and audit entry for what is created, and for nothing else', async () => {
    const ids = created()
      .map(({ workloadId }) => workloadId as string)
      .sort();
    expect(ids).toHaveLength(OWN_NAMES + 1);
    const each = (value: unknown): unknown => Object.fromEntries(ids.map((id) => [id, value]));
    const history = await rowsOf('workload_records', 'workload_id', 'kind', 'seq');
    expect(Object.fromEntries(history)).toEqual(each(['phase']));
    const records = await rowsOf('outbox', 'key', `headers->>'ce_type'`, 'id');
    expect(Object.fromEntries(records)).toEqual(
      each(['io.tessera.inference.apply.v1', 'io.tessera.inference.created.v1']),
    );
    const revisions = await rowsOf('revisions', 'workload_id', 'generation', 'generation');
    expect(Object.fromEntries(revisions)).toEqual(each([1]));
    const audits = await rowsOf('audit_log', 'target', 'operation', 'seq');
    expect(ids.map((id) => audits.get(id))).toEqual(ids.map(() => ['create_inference1']));
  });
});

describe('a creation that the database refuses', () => {
  it('fails alone', async () => {
    // A trigger stands for whatever a database may refuse in one row of many.
    await t.dataSource.query(`create function api.refuse() returns trigger language plpgsql as
      $$ begin if new.name = 'refused' then raise exception using errcode = '22023'; end if; return new; end $$`);
    await t.dataSource.query(
      'create trigger refuse before insert on api.workloads for each row execute function api.refuse()',
    );
    const names = ['first', 'refused', ...Array.from({ length: 10 }, (_, at) => `beside-${at}`)];
    const answers = await Promise.all(
      names.map((name) => t.call('POST', INFERENCES, { body: smallRequest(name), token })),
    );
    await t.dataSource.query('drop trigger refuse on api.workloads');
    expect(answers.map(({ status }) => status)).toEqual(
      names.map((name) => (name === 'refused' ? 500 : 200)),
    );
  });
});
