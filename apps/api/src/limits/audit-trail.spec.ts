import type { AuditEntry } from '@tessera/application-control-plane';
import { silentLogger } from '@tessera/platform-logging';
import { AuditTrail } from './audit-trail';

const NOBODY = { name: '', subjectId: '', address: '192.0.2.1', requestId: 'r' };
const ADA = { name: 'ada', subjectId: 'ada', address: '192.0.2.1', requestId: 'r' };
const entry = (change: Partial<AuditEntry> = {}): AuditEntry => ({
  at: '2026-01-01T00:00:00.000Z',
  caller: NOBODY,
  operation: 'delete_inference',
  target: 'one',
  status: 401,
  ...change,
});

function trail() {
  const rows: AuditEntry[] = [];
  let now = 0;
  const under = new AuditTrail({
    write: async (row) => void rows.push(row),
    logger: silentLogger,
    clock: { elapsedMs: () => now },
    flushMs: 60_000,
  });
  return { under, rows, advance: (ms: number) => (now += ms) };
}

it('writes no row without rejected calls, and later one for all rejected calls', async () => {
  const { under, rows } = trail();
  for (let turn = 0; turn < 2_000; turn += 1) await under.record(entry());
  expect(rows).toEqual([]);
  await under.flush();
  expect(rows).toEqual([{ ...entry(), count: 2_000 }]);
  await under.flush();
  expect(rows).toHaveLength(1);
});

it('separates operations, statuses and addresses, up to twenty kinds; the rest is one row', async () => {
  const { under, rows } = trail();
  for (let turn = 0; turn < 500; turn += 1)
    await under.record(entry({ caller: { ...NOBODY, address: `192.0.2.${turn % 250}` } }));
  await under.flush();
  expect(rows).toHaveLength(21);
  expect(rows.reduce((sum, { count }) => sum + (count ?? 1), 0)).toBe(500);
  expect(rows.at(-1)).toMatchObject({ operation: '*', caller: { address: '*' }, count: 460 });
});

it('shows that counted calls had several targets', async () => {
  const { under, rows } = trail();
  for (const target of ['one', 'one', 'two', 'three']) await under.record(entry({ target }));
  await under.flush();
  expect(rows).toEqual([{ ...entry({ target: 'one and others' }), count: 4 }]);
});

it('writes changes, and rejected calls of known callers, at once', async () => {
  const { under, rows } = trail();
  const done = entry({ caller: ADA, status: 204 });
  const refused = entry({ caller: ADA, status: 403 });
  await under.record(done);
  await under.record(refused);
  expect(rows).toEqual([done, refused]);
});

it('counts the refusals of a caller who has a hundred rows of them within a minute, and all of limits', async () => {
  const { under, rows, advance } = trail();
  const refused = entry({ caller: ADA, status: 403 });
  for (let turn = 0; turn < 300; turn += 1) await under.record(refused);
  expect(rows).toHaveLength(100);
  await under.record(entry({ caller: { ...ADA, subjectId: 'another' }, status: 403 }));
  await under.record(entry({ caller: { ...ADA, subjectId: 'another' }, status: 429 }));
  expect(rows).toHaveLength(101);
  advance(60_000);
  await under.record(refused);
  expect(rows).toHaveLength(102);
  await under.flush();
  expect(rows.slice(102)).toEqual([
    { ...refused, count: 200 },
    { ...entry({ caller: { ...ADA, subjectId: 'another' }, status: 429 }), count: 1 },
  ]);
});

it('never lets a call fail because its row cannot be written', async () => {
  const under = new AuditTrail({
    write: () => Promise.reject(new Error('no database')),
    logger: silentLogger,
    clock: { elapsedMs: () => 0 },
    flushMs: 60_000,
  });
  await expect(under.record(entry({ caller: ADA, status: 200 }))).resolves.toBeUndefined();
});
