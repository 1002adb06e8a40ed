import { scalingScheduler } from '../testing/scaled';

const HANGS = { start: false };
const LIMITED = { servingConfiguration: { initializationTimeoutSeconds: 600 } };
const ONE = { minReplicas: 1, maxReplicas: 1 };

/** A scheduler with a workload whose replica does not become ready. */
async function hanging(spec: Readonly<Record<string, unknown>> = LIMITED) {
  const t = scalingScheduler();
  const id = await t.apply(ONE, 1, spec, HANGS);
  return {
    ...t,
    id,
    seconds: (count: number) => t.run(count, {}, HANGS),
    uids: () => t.pods(id).map(({ uid }) => uid),
    state: () => t.workloads.rows.get(id)?.state,
  };
}

describe('a replica that does not become ready', () => {
  it('is stopped after initializationTimeoutSeconds, and reported as such', async () => {
    const t = await hanging();
    const [first] = t.uids();
    await t.seconds(599);
    expect([t.uids(), t.state()?.phase]).toEqual([[first], 'Initializing']);
    await t.seconds(2);
    expect(t.uids()).toEqual([]);
    expect(t.state()).toMatchObject({
      phase: 'Degraded',
      phaseMessage: expect.stringMatching(/was not ready within initializationTimeoutSeconds, 600 s/),
    });
    expect(t.condition(t.id, 'Ready')).toMatchObject({ status: 'False', reason: 'InitializationTimeout' });
  });

  it('is created again after a delay, which its callers receive', async () => {
    const t = await hanging();
    await t.seconds(601);
    expect(t.controller().heldStateOf(t.id)).toMatchObject({
      state: 'failed',
      reason: 'InitializationTimeout',
      message: expect.stringMatching(
        /^The model server was not ready within 600 s; it starts again in \d+ s\.$/,
      ),
    });
    await t.seconds(8);
    expect(t.uids()).toEqual([]);
    await t.seconds(4);
    expect(t.uids()).toHaveLength(1);
    expect(t.controller().heldStateOf(t.id).state).toBe('starting');
    expect(t.condition(t.id, 'Ready')?.reason).toBe('InitializationTimeout');
    await t.settle();
    expect([t.state()?.phase, t.state()?.phaseMessage]).toEqual(['Running', '']);
  });

  it('is stopped by nothing else', async () => {
    const t = await hanging({});
    const [first] = t.uids();
    await t.seconds(3_600);
    expect([t.uids(), t.state()?.phase]).toEqual([[first], 'Initializing']);
  });

  it('keeps the replica that serves, in an update that does not start', async () => {
    const t = scalingScheduler();
    const id = await t.apply(ONE);
    const [serves] = t.pods(id);
    await t.apply(ONE, 2, { ...LIMITED, image: 'hangs' }, HANGS);
    await t.run(605, {}, HANGS);
    expect(t.pods(id).map(({ uid }) => uid)).toEqual([serves?.uid]);
    const { phase, phaseMessage } = t.workloads.rows.get(id)?.state ?? {};
    expect(phase).toBe('Running');
    expect(phaseMessage).toMatch(/^Updating: 0 of 1 new replicas are ready; .* was not ready within/);
  });
});
