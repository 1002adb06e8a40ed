import { GATEWAY_LABELS, SERIES } from '@tessera/contracts-metrics';
import { Registry } from '@tessera/platform-telemetry';
import { GatewayMetrics } from './metrics';
import { RoutingTable } from './routing/routing-table';
import { replica } from './testing/gateway-fixture';

function fixture() {
  const clock = { now: 0 };
  const registry = new Registry();
  const table = new RoutingTable({ holdLimit: 1, holdTotal: 1, cacheMs: 1_000, now: () => clock.now });
  const metrics = new GatewayMetrics(registry, table, () => clock.now);
  const pods = async (): Promise<readonly string[]> =>
    [...(await registry.metrics()).matchAll(/requests_total\{.*pod="([^"]*)"/g)]
      .map(([, pod]) => pod ?? '')
      .sort();
  return { clock, registry, table, metrics, pods };
}

describe('series of the gateway', () => {
  it.each(Object.keys(GATEWAY_LABELS) as (keyof typeof GATEWAY_LABELS)[])(
    'include %s of the contract',
    async (name) => {
      expect(await fixture().registry.metrics()).toContain(`# TYPE ${SERIES[name]} `);
    },
  );

  it('show a new replica at zero', async () => {
    const { registry, metrics } = fixture();
    metrics.announce(replica('a'));
    expect(await registry.metrics()).toContain(
      'tessera_gateway_requests_total{workload_id="w1",project="p1",workload="chat",pod="a",code="200"} 0',
    );
    expect(await registry.metrics()).toContain(
      'tessera_gateway_request_duration_seconds_count{workload_id="w1",project="p1",workload="chat",pod="a"} 0',
    );
  });

  it('go on when a pod changes, and beside those of its new labels', async () => {
    const { registry, metrics } = fixture();
    const count = async (project: string): Promise<string | undefined> =>
      new RegExp(`seconds_count\\{.*project="${project}".*\\} (\\d+)`).exec(await registry.metrics())?.[1];
    metrics.announce(replica('a'));
    for (const seconds of [0.1, 0.2]) metrics.served(replica('a'), 200, seconds);
    metrics.announce(replica('a', { address: '10.0.0.9:8000' }));
    expect(await count('p1')).toBe('2');
    metrics.announce(replica('a', { project: 'p2' }));
    expect([await count('p1'), await count('p2')]).toEqual(['2', '0']);
  });

  it('under labels that a pod no longer has are removed five minutes later', async () => {
    const { clock, table, registry, metrics, pods } = fixture();
    metrics.announce(replica('a'));
    table.apply({ type: 'present', replica: replica('a', { project: 'p2' }) });
    metrics.announce(replica('a', { project: 'p2' }));
    await pods();
    clock.now = 300_000;
    await pods();
    expect(await registry.metrics()).not.toContain('project="p1"');
    expect(await registry.metrics()).toContain('project="p2"');
  });

  it('remain while the pod exists and are removed five minutes after it', async () => {
    const { clock, table, metrics, pods } = fixture();
    for (const pod of ['a', 'b']) {
      table.apply({ type: 'present', replica: replica(pod) });
      metrics.announce(replica(pod));
      metrics.served(replica(pod), 500, 0.1);
    }
    clock.now = 1_000_000;
    await pods();
    table.apply({ type: 'gone', replica: replica('b') });
    clock.now += 299_999;
    await pods();
    expect(await pods()).toEqual(['a', 'a', 'b', 'b']);
    clock.now += 1;
    await pods();
    expect(await pods()).toEqual(['a', 'a']);
  });

  it('have one histogram of waiting times for each project, however many workloads wait', async () => {
    const { registry, table, metrics } = fixture();
    for (const workload of ['a', 'b', 'c'])
      table.apply({ type: 'present', replica: replica(workload, { workload, workloadId: workload }) });
    for (const workload of table.all()) metrics.held(workload, 3);
    const counts = (await registry.metrics())
      .split('\n')
      .filter((line) => line.startsWith(`${SERIES.gatewayHoldSeconds}_count`));
    expect(counts).toEqual([`${SERIES.gatewayHoldSeconds}_count{project="p1"} 3`]);
  });

  it('count a late request of a deleted pod and are removed again', async () => {
    const { clock, registry, metrics, pods } = fixture();
    metrics.served(replica('late'), 200, 2);
    expect(await pods()).toEqual(['late']);
    clock.now = 300_000;
    await pods();
    expect(await registry.metrics()).not.toContain('late');
  });
});
