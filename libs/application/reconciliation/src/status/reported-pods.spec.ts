import type { PodState } from '@tessera/contracts-events';
import { MAX_REPLICAS } from '@tessera/domain-workload';
import { isReportedImage, reportedPods } from './reported-pods';

/** Record limit of a topic with Kafka's defaults, less the head of state and record. */
const RECORD_BYTES = 1_000_000;

const pod = (replica: number, devices: number, message: string): PodState => ({
  id: '00000000-0000-4000-8000-000000000001',
  name: `${'w'.repeat(57)}-${replica}`,
  replica,
  phase: 'Pending',
  phaseUpdatedAt: '2026-01-01T00:00:00.000Z',
  createdAt: '2026-01-01T00:00:00.000Z',
  startedAt: '2026-01-01T00:00:00.000Z',
  ready: false,
  image: `registry.example/${'i'.repeat(200)}`,
  nodeName: `node-${'n'.repeat(40)}`,
  podIp: '10.100.100.100',
  reason: 'ImagePullBackOff',
  message,
  allocation: {
    node: 'node-a',
    kind: 'whole',
    devices: Array.from({ length: devices }, (_unused, slot) => ({
      slot,
      milliGpu: 1000,
      memoryMiB: 81_920,
      uuid: 'GPU-00000000-0000-0000-0000-000000000000',
    })),
  } as unknown as NonNullable<PodState['allocation']>,
});
const pods = (count: number, devices: number, message: string) =>
  Array.from({ length: count }, (_unused, replica) => pod(replica, devices, message));

describe('the pods reported in a state', () => {
  it('are unchanged if they fit into one record', () => {
    const few = pods(100, 8, 'm'.repeat(1000));
    expect(reportedPods(few)).toBe(few);
  });

  it.each([
    ['long messages', 1, '"'.repeat(4000)],
    ['long messages and several devices', 4, 'é'.repeat(4000)],
  ])(
    'of as many replicas as a workload can have, with %s, are trimmed to fit one record',
    (_what, devices, message) => {
      const reported = reportedPods(pods(MAX_REPLICAS, devices, message));
      expect(Buffer.byteLength(JSON.stringify(reported))).toBeLessThan(RECORD_BYTES);
      expect(reported).toHaveLength(MAX_REPLICAS);
      expect(reported[0]).toMatchObject({
        reason: 'ImagePullBackOff',
        allocation: { devices: expect.any(Array) },
      });
    },
  );

  it('keep their image recognisable: a trimmed image counts as the same', () => {
    const all = pods(MAX_REPLICAS, 1, 'm'.repeat(4000));
    const image = all[0]?.image ?? '';
    const reported = reportedPods(all)[0]?.image ?? '';
    expect(reported).not.toBe(image);
    expect(isReportedImage(reported, image)).toBe(true);
    expect(isReportedImage(reported, `another-${image}`)).toBe(false);
  });
});
