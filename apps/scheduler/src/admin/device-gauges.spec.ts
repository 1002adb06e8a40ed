import type { NodeReport } from '@tessera/contracts-internal';
import { maybe } from '@tessera/kernel';
import { Registry } from '@tessera/platform-telemetry';
import { deviceGauges, type ReportedNodes } from './device-gauges';

const device = (index: number, allocatedMilliGpu: number, unavailable = false) => ({
  index,
  model: 'A100',
  memoryMiB: 81_920,
  allocatedMilliGpu,
  allocatedMiB: 0,
  unavailable,
});
const node = (name: string, devices: NodeReport['devices'], pool?: string): NodeReport => ({
  ...{ name, uid: `uid-${name}`, createdAt: '2026-01-01T00:00:00Z', conditions: [], status: 'Ready' },
  ...{ taints: [], cpuMilli: 1, memoryMiB: 1, replicas: 0, devices },
  ...maybe('pool', pool),
});

/** The series exported for these nodes, without help and type. */
async function scraped(source: Partial<ReportedNodes>): Promise<readonly string[]> {
  const registry = new Registry();
  deviceGauges(registry, { leading: true, clusterId: 'c1', nodes: () => [], ...source });
  return (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

describe('the gauges of nodes and devices', () => {
  it('name each node as GPU exporters of either generation do, with its pool', async () => {
    expect(await scraped({ nodes: () => [node('a', [], 'big'), node('b', [])] })).toEqual([
      'tessera_node_info{cluster="c1",node="a",node_pool="big",hostname="a",Hostname="a"} 1',
      'tessera_node_info{cluster="c1",node="b",node_pool="default",hostname="b",Hostname="b"} 1',
    ]);
  });

  it('show the free share of each device, and none of a device that others hold', async () => {
    const devices = [device(0, 250), device(1, 0), device(2, 0, true), device(3, 1_004)];
    const lines = await scraped({ nodes: () => [node('a', devices)] });
    expect(lines.filter((line) => line.startsWith('tessera_gpu_free'))).toEqual([
      'tessera_gpu_free{cluster="c1",node="a",node_pool="default",gpu="0"} 0.75',
      'tessera_gpu_free{cluster="c1",node="a",node_pool="default",gpu="1"} 1',
      'tessera_gpu_free{cluster="c1",node="a",node_pool="default",gpu="2"} 0',
      'tessera_gpu_free{cluster="c1",node="a",node_pool="default",gpu="3"} 0',
    ]);
  });

  it('are those of the leader alone', async () => {
    expect(await scraped({ leading: false, nodes: () => [node('a', [device(0, 0)])] })).toEqual([]);
  });
});
