import { apiUnderTest, type ApiUnderTest, type Json } from '../testing/api-under-test';
import { reportEvent, timeOf } from '../testing/cluster-events';
import { smallRequest } from '../testing/samples';

const INFERENCES = '/api/v1/workloads/inferences';

let t: ApiUnderTest;
beforeAll(async () => void (t = await apiUnderTest()));
afterAll(() => t.close());

const timelineOf = (id: string, query = '') =>
  t.call('GET', `/api/v1/tessera/workloads/${id}/scaling${query}`);
const decision = (from: number, to: number) => ({
  from,
  to,
  reason: `concurrency calls for ${to}`,
  inputs: { rule: 'concurrency', metric: 'concurrency', stable: to * 7, target: 7, inPanic: false },
});
const COLD_START = {
  replica: 0,
  podName: 'model-0',
  totalMs: 4200,
  stages: [
    { stage: 'decided', durationMs: 200 },
    { stage: 'ready', durationMs: 4000 },
  ],
};
/** A workload that was woken, grew to 3 and to 5 replicas: events 1 to 4, a second apart. */
async function scaled(name: string): Promise<Json> {
  const { body } = await t.call('POST', INFERENCES, { body: smallRequest(name) });
  await reportEvent(t, body, 'scaleDecided', 1, decision(0, 1));
  await reportEvent(t, body, 'coldStart', 2, COLD_START);
  await reportEvent(t, body, 'scaleDecided', 3, decision(1, 3));
  await reportEvent(t, body, 'scaleDecided', 4, decision(3, 5));
  return body;
}
const numbers = ({ body }: { body: Json }) =>
  body.entries.map((entry: Json) => (entry.type === 'ScaleDecided' ? entry.to : entry.totalMs));

describe('the scaling timeline', () => {
  it('has every decision with its inputs and every cold start with its stages, newest first', async () => {
    const workload = await scaled('timeline');
    const { status, body } = await timelineOf(workload.workloadId);
    expect(status).toBe(200);
    expect(numbers({ body })).toEqual([5, 3, 4200, 1]);
    expect(body.entries.at(-1)).toEqual({
      id: `${workload.workloadId}-1`,
      time: timeOf(t, 1),
      type: 'ScaleDecided',
      generation: 1,
      ...decision(0, 1),
    });
    expect(body.entries[2]).toEqual({
      id: `${workload.workloadId}-2`,
      time: timeOf(t, 2),
      type: 'ColdStart',
      generation: 1,
      ...COLD_START,
    });
  });

  it('comes in pages and in a range of time', async () => {
    const { workloadId } = await scaled('paged');
    const first = await timelineOf(workloadId, '?limit=3');
    expect([numbers(first), first.body.next]).toEqual([[5, 3, 4200], 3]);
    const last = await timelineOf(workloadId, '?limit=3&offset=3');
    expect([numbers(last), last.body.next]).toEqual([[1], undefined]);
    const range = `from=${timeOf(t, 2)}&to=${timeOf(t, 4)}`;
    expect(numbers(await timelineOf(workloadId, `?${range}`))).toEqual([3, 4200]);
  });

  it('has each event once, in the order of the scheduler, when all are delivered again and late', async () => {
    const workload = await scaled('replayed');
    await reportEvent(t, workload, 'scaleDecided', 6, decision(4, 6));
    await reportEvent(t, workload, 'scaleDecided', 5, decision(5, 4));
    // As after the retention of handled events: only the timeline still knows them.
    await t.dataSource.query('delete from api.inbox');
    await reportEvent(t, workload, 'scaleDecided', 1, decision(0, 1));
    await reportEvent(t, workload, 'coldStart', 2, COLD_START);
    expect(numbers(await timelineOf(workload.workloadId))).toEqual([6, 4, 5, 3, 4200, 1]);
  });

  it('orders events of the same time by their number', async () => {
    const { body } = await t.call('POST', INFERENCES, { body: smallRequest('same-time') });
    await reportEvent(t, body, 'scaleDecided', 11, decision(2, 3));
    await reportEvent(t, body, 'scaleDecided', 10, decision(1, 2));
    await reportEvent(t, body, 'scaleDecided', 9, decision(0, 1));
    await t.dataSource.query('update api.scaling_entries set created_at = $1 where workload_id = $2', [
      timeOf(t, 1),
      body.workloadId,
    ]);
    expect(numbers(await timelineOf(body.workloadId))).toEqual([3, 2, 1]);
  });

  it('stays when the workload is deleted', async () => {
    const workload = await scaled('deleted-later');
    await t.call('DELETE', `${INFERENCES}/${workload.workloadId}`);
    await reportEvent(t, workload, 'deleted', 5, { generation: 2 });
    expect((await t.call('GET', `${INFERENCES}/${workload.workloadId}`)).status).toBe(404);
    expect(numbers(await timelineOf(workload.workloadId))).toEqual([5, 3, 4200, 1]);
  });

  it('is 404 for a workload that never was, and 400 for a query that it does not know', async () => {
    expect((await timelineOf('00000000-0000-4000-8000-000000000000')).body).toEqual({
      code: 404,
      message: 'Resource id not found.',
    });
    const { workloadId } = await scaled('asked-wrongly');
    for (const query of ['?from=yesterday', '?limit=0', '?since=2026-01-01'])
      expect((await timelineOf(workloadId, query)).status).toBe(400);
  });
});
