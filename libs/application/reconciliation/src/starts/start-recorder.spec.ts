import type { ReplicaPod } from '../model/replica';
import { replicaPod } from '../testing/replica-pod';
import { StartRecorder } from './start-recorder';

const ID = '00000000-0000-4000-8000-000000000001';
const OTHER = '00000000-0000-4000-8000-000000000002';

function setUp() {
  let now = 1_000;
  const enqueued: string[] = [];
  const measured: number[] = [];
  const recorder = new StartRecorder({
    elapsedMs: () => now,
    enqueue: (id) => enqueued.push(id),
    onMeasured: ({ totalMs }) => measured.push(totalMs),
  });
  const pod = (name: string, change: Partial<ReplicaPod> = {}): ReplicaPod =>
    replicaPod({ uid: `uid-${name}`, name, workloadId: ID, ...change });
  return {
    recorder,
    enqueued,
    measured,
    pod,
    ready: (name: string) => pod(name, { phase: 'Running', ready: true, startedAt: '2026-01-01T00:00:00Z' }),
    after: (ms: number) => void (now += ms),
    stages: (id = ID) =>
      recorder
        .due(id)
        .map(({ podName, stages }) => [
          podName,
          ...stages.map(({ stage, durationMs }) => `${stage} ${durationMs}`),
        ]),
  };
}

describe('the start of a replica', () => {
  it('that a request waits for is measured from its arrival to its first byte, in every stage', () => {
    const t = setUp();
    t.recorder.decided(ID, 1, { arrivedAgoMs: 9, seenAgoMs: 2 });
    t.after(5);
    t.recorder.placed(ID, 'a', 0);
    t.after(10);
    t.recorder.see(t.pod('a'));
    t.after(700);
    t.recorder.pulled('uid-a');
    t.after(80);
    t.recorder.see(t.pod('a', { startedAt: '2026-01-01T00:00:00Z' }));
    t.after(400);
    t.recorder.see(t.ready('a'));
    expect(t.stages()).toEqual([]);
    t.after(300);
    t.recorder.firstByte({ uid: 'uid-a', firstByteAgoMs: 250 });
    expect(t.enqueued).toEqual([ID]);
    expect(t.recorder.due(ID)).toEqual([
      {
        ...{ uid: 'uid-a', podName: 'a', replica: 0, totalMs: 1254 },
        stages: [
          { stage: 'held', durationMs: 7 },
          { stage: 'decided', durationMs: 2 },
          { stage: 'placed', durationMs: 5 },
          { stage: 'bound', durationMs: 10 },
          { stage: 'pulled', durationMs: 700 },
          { stage: 'started', durationMs: 80 },
          { stage: 'ready', durationMs: 400 },
          { stage: 'firstByte', durationMs: 50 },
        ],
      },
    ]);
  });

  it('without a waiting request begins with the decision and is complete once it is ready', () => {
    const t = setUp();
    t.recorder.decided(ID, 2);
    t.recorder.placed(ID, 'b', 1);
    t.after(40);
    t.recorder.see(t.pod('b'));
    t.after(60);
    t.recorder.see(t.ready('b'));
    t.recorder.placed(ID, 'c', 2);
    // A cold request that came while it started; nobody waited when it was decided.
    t.recorder.firstByte({ uid: 'uid-b', firstByteAgoMs: 0 });
    expect(t.stages()).toEqual([['b', 'decided 0', 'placed 0', 'bound 40', 'started 60', 'ready 0']]);
    expect([t.recorder.isMeasuring('uid-b'), t.recorder.isMeasuring('uid-x')]).toEqual([true, false]);
  });

  it('is reported once', () => {
    const t = setUp();
    t.recorder.decided(ID, 1);
    t.after(100);
    t.recorder.placed(ID, 'a', 0);
    t.after(400);
    t.recorder.see(t.ready('a'));
    const due = t.recorder.due(ID);
    t.recorder.reported(due);
    t.recorder.reported(due);
    t.recorder.see(t.ready('a'));
    expect([t.measured, t.stages()]).toEqual([[500], []]);
  });

  it('of each further replica that a wake starts waits for nothing once the request is answered', () => {
    const t = setUp();
    t.recorder.decided(ID, 2, { arrivedAgoMs: 0, seenAgoMs: 0 });
    t.recorder.placed(ID, 'a', 0);
    t.recorder.placed(ID, 'b', 1);
    t.recorder.see(t.ready('a'));
    t.recorder.see(t.pod('b'));
    t.recorder.firstByte({ uid: 'uid-a', firstByteAgoMs: 0 });
    expect(t.stages().map(([name]) => name)).toEqual(['a']);
    t.recorder.see(t.ready('b'));
    expect(t.stages().map(([name]) => name)).toEqual(['a', 'b']);
  });

  it('does not wait longer than a minute for a first byte', () => {
    const t = setUp();
    t.recorder.decided(ID, 1, { arrivedAgoMs: 3, seenAgoMs: 0 });
    t.recorder.placed(ID, 'a', 0);
    t.recorder.see(t.ready('a'));
    t.after(59_999);
    t.recorder.check();
    expect([t.stages(), t.enqueued]).toEqual([[], []]);
    t.after(1);
    t.recorder.check();
    expect(t.enqueued).toEqual([ID]);
    expect(t.stages()).toEqual([['a', 'held 3', 'decided 0', 'placed 0', 'bound 0', 'started 0', 'ready 0']]);
  });

  it('keeps its first times when its creation is repeated, or its readiness comes and goes', () => {
    const t = setUp();
    t.recorder.decided(ID, 1);
    t.recorder.placed(ID, 'a', 0);
    t.after(500);
    t.recorder.placed(ID, 'a', 0);
    t.recorder.see(t.pod('a'));
    t.after(100);
    t.recorder.see(t.ready('a'));
    t.after(100);
    t.recorder.see(t.pod('a', { startedAt: '2026-01-01T00:00:00Z' }));
    t.recorder.see(t.ready('a'));
    t.recorder.pulled('uid-a');
    expect(t.stages()).toEqual([['a', 'decided 0', 'placed 0', 'bound 500', 'started 100', 'ready 0']]);
  });
});

describe('no start is measured', () => {
  const startOf = (t: ReturnType<typeof setUp>, name = 'a') => {
    t.recorder.placed(ID, name, 0);
    t.recorder.see(t.ready(name));
    return t.stages();
  };

  it('of a replica that replaces another one', () => {
    const t = setUp();
    expect(startOf(t)).toEqual([]);
    t.recorder.decided(OTHER, 1);
    expect(startOf(t)).toEqual([]);
  });

  it('where the decision was taken back, or needed no new replica', () => {
    const t = setUp();
    t.recorder.decided(ID, 2);
    t.recorder.decided(ID, -2);
    expect(startOf(t)).toEqual([]);
    t.recorder.decided(ID, 1);
    t.recorder.settled(ID);
    expect(startOf(t)).toEqual([]);
  });

  it('of a replica that was never created before it was not wanted any more', () => {
    const t = setUp();
    t.recorder.decided(ID, 1);
    t.recorder.placed(ID, 'a', 0);
    t.recorder.decided(ID, -1);
    t.recorder.see(t.ready('a'));
    expect(t.stages()).toEqual([]);
  });

  it('of a pod that is gone, ended or was replaced by another of its name', () => {
    for (const end of [
      (t: ReturnType<typeof setUp>) => t.recorder.retain(ID, []),
      (t: ReturnType<typeof setUp>) => t.recorder.see(t.pod('a', { terminating: true })),
      (t: ReturnType<typeof setUp>) => t.recorder.see(t.pod('a', { phase: 'Failed' })),
      (t: ReturnType<typeof setUp>) => t.recorder.see(t.pod('a', { uid: 'another' })),
    ]) {
      const t = setUp();
      t.recorder.decided(ID, 1);
      t.recorder.placed(ID, 'a', 0);
      t.recorder.see(t.pod('a'));
      end(t);
      t.recorder.see(t.ready('a'));
      expect([t.stages(), t.recorder.isMeasuring('uid-a')]).toEqual([[], false]);
    }
  });

  it('by a pod that is only assumed', () => {
    const t = setUp();
    t.recorder.decided(ID, 1);
    t.recorder.placed(ID, 'a', 0);
    t.recorder.see(t.pod('a', { uid: '', ready: true }));
    expect(t.stages()).toEqual([]);
  });
});
