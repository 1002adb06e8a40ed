import { createLogger } from './index';

/** What one line with these fields comes to. */
function logged(fields: object): string {
  const lines: string[] = [];
  const logger = createLogger('test', 'info', { write: (line: string) => void lines.push(line) });
  logger.error(fields, 'something happened');
  return lines.join('');
}
const PLANTED = 'planted-7f3a9c';
const JWT = `eyJhbGciOiJFUzI1NiJ9.${Buffer.from(PLANTED).toString('base64url')}.c2lnbmF0dXJl`;

/** As TypeORM throws it. */
const failedStatement = (message: string, code: string): Error =>
  Object.assign(new Error(message), {
    name: 'QueryFailedError',
    code,
    query: 'insert into api.subjects values ($1)',
    parameters: [PLANTED],
    detail: `Key (secret_hash)=(${PLANTED}) already exists.`,
    driverError: { parameters: [PLANTED], detail: PLANTED, where: PLANTED },
    table: 'subjects',
    constraint: 'subjects_email',
  });

describe('a log line', () => {
  const withToken = new Error(`GET http://x failed: Authorization: Bearer ${PLANTED}`);
  it.each<readonly [string, object]>([
    ['a failed statement', { err: failedStatement('duplicate key value', '23505') }],
    ['a failed statement under another name', { problem: failedStatement('duplicate key value', '23505') }],
    ['a failed statement as a cause', { err: new Error('x', { cause: failedStatement('y', '23505') }) }],
    ['failed statements of a bundle', { err: new AggregateError([failedStatement('y', '23505')], 'z') }],
    [
      'a value that Postgres could not read',
      { err: failedStatement(`invalid input syntax for type uuid: "${PLANTED}"`, '22P02') },
    ],
    [
      'a failed request with its headers',
      { err: Object.assign(new Error('x'), { headers: { authorization: PLANTED }, config: PLANTED }) },
    ],
    ['headers', { headers: { authorization: PLANTED, Cookie: PLANTED, 'set-cookie': [PLANTED] } }],
    [
      'secrets by their names',
      { body: { AppSecret: PLANTED, clientSecret: [PLANTED], secret_hash: PLANTED, tempPassword: PLANTED } },
    ],
    ['tokens by their names', { refreshToken: PLANTED, access_token: PLANTED, token: { value: PLANTED } }],
    ['deep secrets', { a: { b: { c: [{ password: PLANTED }] } } }],
    ['a token in a message', { err: withToken }],
    ['a token in a text', { why: `refused ${JWT}` }],
    ['the password of a database in a text', { why: `cannot reach postgres://tessera:${PLANTED}@db:5432/x` }],
    ['what is too deep', { a: { b: { c: { d: { e: { f: { g: { h: PLANTED } } } } } } } }],
    ['bytes', { bytes: Buffer.from(PLANTED) }],
  ])('does not hold %s', (_what, fields) => {
    const line = logged(fields);
    expect(line).toContain('something happened');
    expect(line).not.toContain(PLANTED);
    expect(line).not.toContain(Buffer.from(PLANTED).toString('base64url'));
  });

  it('contains the failure and its location', () => {
    const { err } = JSON.parse(logged({ err: failedStatement('duplicate key value', '23505') })) as {
      readonly err: Readonly<Record<string, unknown>>;
    };
    expect(err).toEqual({
      type: 'QueryFailedError',
      message: 'duplicate key value',
      stack: expect.stringMatching(/^duplicate key value\n\s+at /) as string,
      code: '23505',
      table: 'subjects',
      constraint: 'subjects_email',
    });
  });

  it('contains other fields unchanged', () => {
    const at = new Date('2026-01-01T00:00:00Z');
    const fields = { project: 'a', rows: 3, ok: true, none: null, list: ['x', 1], at };
    expect(JSON.parse(logged(fields))).toMatchObject({ ...fields, at: at.toISOString() });
  });

  it('is serialised in time linear in the length of a text', () => {
    // Processor time of the quickest turn: what else runs on the machine does not count.
    const timeOf = (length: number): number => {
      const turns = Array.from({ length: 8 }, () => {
        const before = process.cpuUsage();
        for (const hostile of ['eyJ', ':// ', '://a:', 'Bearer ', ' : "'])
          logged({ why: hostile.repeat(length) });
        // Of a short turn the kernel may call all of it time of the system; the sum is exact.
        const { user, system } = process.cpuUsage(before);
        return user + system;
      });
      return Math.min(...turns);
    };
    timeOf(10_000);
    // Eight times the text: eight times the time where it is linear, 64 times where it is quadratic.
    expect(timeOf(160_000)).toBeLessThan(32 * timeOf(20_000));
  });
});
