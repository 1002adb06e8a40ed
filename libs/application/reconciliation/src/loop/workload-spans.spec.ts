import { untraced, type SpanAttributes, type Tracing } from '@tessera/application-messaging';
import { applyCommand, gpuNode } from '@tessera/testing-builders';
import { acceptApply, acceptRemove } from '../commands/accept';
import type { WorkloadTrace } from '../model/workload';
import { FakeCluster, reconcileUntilIdle } from '../testing/fakes';
import { fakeSchedulers, START } from '../testing/scheduler';

const traceOf = (generation: number): WorkloadTrace => ({
  cause: `request ${generation}`,
  command: `command ${generation}`,
  acceptedAt: new Date(START).toISOString(),
});

interface Reported {
  readonly name: string;
  readonly below: string;
  readonly attributes: SpanAttributes;
  readonly startMs: number | undefined;
  endMs?: number;
}

/** A scheduler on fakes with one GPU, that records spans and the span of each creation. */
function setUp() {
  let under: string | undefined;
  const spans: Reported[] = [];
  const creations: (string | undefined)[] = [];
  const tracing: Tracing = {
    ...untraced,
    beginSpan: (below = '', name, { attributes = {}, startMs }) => {
      const span: Reported = { name, below, attributes, startMs };
      spans.push(span);
      return {
        traceparent: `span ${spans.length}`,
        end: ({ endMs } = {}) => void (span.endMs = endMs ?? now()),
      };
    },
    within: (below, work) => {
      under = below;
      return work();
    },
  };
  class WatchedCluster extends FakeCluster {
    override async createReplica(...args: Parameters<FakeCluster['createReplica']>): Promise<void> {
      creations.push(under);
      await super.createReplica(...args);
    }
  }
  const { workloads, cluster, errors, reporter, create, now, iso, advance } = fakeSchedulers(
    () => new WatchedCluster([gpuNode('node-a', 1)]),
    { tracing, policyOf: () => 'best-fit' },
  );
  const reconciler = create();
  return {
    spans,
    errors,
    creations,
    cluster,
    named: (name: string) => spans.filter((span) => span.name === name),
    advance,
    async settle() {
      await reconciler.resync();
      await reconcileUntilIdle(reconciler);
    },
    async apply(id: number, portion: number, generation = 1, trace: WorkloadTrace | undefined = undefined) {
      const command = applyCommand(id, portion, generation);
      const decide = acceptApply(command, iso(), reporter, trace);
      await workloads.change(command.workloadId, decide, `apply-${id}-${generation}`);
      return command.workloadId;
    },
    async remove(id: number, generation: number, trace: WorkloadTrace) {
      const command = { ...applyCommand(id, 0.5), generation };
      await workloads.change(command.workloadId, acceptRemove(command, iso(), trace), `remove-${id}`);
    },
    /** The traces that the records about a workload name, without repetition, in order. */
    tracesReported: (id: string) => {
      const reported = workloads.published
        .filter(({ key }) => key === id)
        .map(({ headers }) => headers['ce_traceparent']);
      return reported.filter((trace, index) => index === 0 || trace !== reported[index - 1]);
    },
  };
}

describe('what the scheduler adds to the trace of a call', () => {
  it('is the decision below the command, the writes below the decision, the time to Ready below the call', async () => {
    const t = setUp();
    const id = await t.apply(1, 0.5, 1, traceOf(1));
    await t.settle();
    t.advance(5_000);
    t.cluster.allReady();
    await t.settle();
    expect(t.spans).toMatchObject([
      {
        name: 'decide placement',
        below: 'command 1',
        attributes: {
          'tessera.workload.id': id,
          'tessera.placement.outcome': 'placed',
          'tessera.placement.policy': 'best-fit',
          'k8s.node.name': 'node-a',
        },
      },
      { name: 'inference ready', below: 'request 1', startMs: START, endMs: START + 5_000 },
    ]);
    expect(t.creations).toEqual(['span 1']);
    expect(t.errors).toEqual([]);
    expect(t.tracesReported(id)).toEqual(['command 1']);
  });

  it('ends with Ready: later reconciles add nothing', async () => {
    const t = setUp();
    await t.apply(1, 0.5, 1, traceOf(1));
    await t.settle();
    t.cluster.allReady();
    await t.settle();
    await t.settle();
    t.advance(60_000);
    await t.settle();
    expect(t.spans.map(({ name }) => name)).toEqual(['decide placement', 'inference ready']);
  });

  it('records once that there is no place, and again when there is one', async () => {
    const t = setUp();
    await t.apply(1, 0.8, 1, traceOf(1));
    await t.settle();
    await t.apply(2, 0.8, 1, traceOf(1));
    for (let looks = 0; looks < 3; looks += 1) await t.settle();
    const outcomes = () =>
      t.named('decide placement').map(({ attributes }) => attributes['tessera.placement.outcome']);
    expect(outcomes()).toEqual(['placed', 'unschedulable']);
    await t.remove(1, 2, traceOf(2));
    await t.settle();
    t.cluster.endTerminating();
    await t.settle();
    await t.settle();
    expect(outcomes()).toEqual(['placed', 'unschedulable', 'placed']);
  });

  it('does not grow with the retries of a failing write', async () => {
    const t = setUp();
    await t.apply(1, 0.5, 1, traceOf(1));
    for (let tries = 0; tries < 10; tries += 1) {
      t.cluster.nextCreateError = new Error('the cluster is unavailable');
      await t.settle();
      t.advance(60_000);
    }
    expect(t.named('decide placement')).toHaveLength(3);
  });

  it('continues in the trace of the newest generation', async () => {
    const t = setUp();
    const id = await t.apply(1, 0.25, 1, traceOf(1));
    await t.settle();
    t.cluster.allReady();
    await t.settle();
    await t.apply(1, 0.5, 2, traceOf(2));
    await t.settle();
    t.cluster.allReady();
    await t.settle();
    expect(t.named('inference ready').map(({ below }) => below)).toEqual(['request 1', 'request 2']);
    expect(t.tracesReported(id)).toEqual(['command 1', 'command 2']);
  });

  it('is nothing for a call that belongs to no trace, also after one that did', async () => {
    const t = setUp();
    const id = await t.apply(1, 0.25, 1, traceOf(1));
    await t.settle();
    await t.apply(1, 0.5, 2);
    t.spans.length = 0;
    await t.settle();
    t.cluster.allReady();
    await t.settle();
    expect(t.spans).toEqual([]);
    expect(t.tracesReported(id)).toEqual(['command 1', undefined]);
  });
});
