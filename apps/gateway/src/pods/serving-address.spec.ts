import type { PodWire } from '@tessera/adapter-kubernetes';
import { maybe } from '@tessera/kernel';
import { servingAddress } from './serving-address';

interface Given {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ip?: string;
  readonly hostIP?: string;
  readonly hostNetwork?: boolean;
}

const pod = ({ annotations, ip, hostIP, hostNetwork }: Given): PodWire => ({
  metadata: {
    name: 'chat-0',
    uid: 'u',
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
    annotations: { 'tessera.io/serving-port': '8000', ...annotations },
  },
  spec: { containers: [], ...maybe('hostNetwork', hostNetwork) },
  status: {
    ...maybe('podIP', ip),
    ...maybe('hostIP', hostIP),
  },
});
const STRICT = { simulatedPods: false };
const SIMULATED = { simulatedPods: true };
const addressed = (address: string) => ({ 'tessera.io/serving-address': address });

describe('the serving address of a pod', () => {
  it.each<[Given, string]>([
    [{ ip: '10.0.0.1' }, '10.0.0.1:8000'],
    [{ ip: '100.64.1.2' }, '100.64.1.2:8000'],
    [{ ip: 'fd00::1' }, '[fd00::1]:8000'],
    [{ ip: '10.0.0.1', annotations: addressed('10.9.9.9:80') }, '10.0.0.1:8000'],
  ])('%j is its own address and port', (given, address) => {
    expect(servingAddress(pod(given), STRICT)).toEqual({ address });
  });

  it('is unknown as long as the pod has no address', () => {
    expect(servingAddress(pod({}), STRICT)).toBeUndefined();
    expect(servingAddress(pod({ annotations: addressed('127.0.0.1:9') }), STRICT)).toBeUndefined();
  });

  it.each([
    ...['127.0.0.1', '127.9.9.9', '0.0.0.0', '169.254.169.254', '224.0.0.1', '255.255.255.255'],
    ...['100.100.100.200', '168.63.129.16', '192.0.0.192'],
    ...['::', '::1', 'fe80::1', 'febf::1', 'ff02::1', 'fd00:ec2::254', '::ffff:127.0.0.1', '::ffff:a00:1'],
    ...['64:ff9b::a9fe:a9fe', 'fe80::1%eth0', 'metadata.google.internal', 'localhost', '10.0.0.1/../x', ''],
  ])('is refused at %j', (ip) => {
    expect(servingAddress(pod({ ip }), STRICT)).toEqual({ refused: expect.any(String) as string });
  });

  it.each<Given>([
    { ip: '10.0.0.1', hostNetwork: true },
    { ip: '10.0.0.1', hostIP: '10.0.0.1' },
  ])('is refused in the network of the node: %j', (given) => {
    expect(servingAddress(pod(given), STRICT)?.refused).toContain('host network');
  });

  it.each(['0', '65536', '8000/x', '80 80', '-1', '@evil:80', ''])('is refused at port %j', (port) => {
    const given = { ip: '10.0.0.1', annotations: { 'tessera.io/serving-port': port } };
    expect(servingAddress(pod(given), STRICT)?.refused).toContain('invalid serving port');
  });
});

describe('the serving address of a simulated pod', () => {
  it('is the annotated address on the loopback network', () => {
    expect(
      servingAddress(pod({ ip: '127.20.0.1', annotations: addressed('127.0.0.1:5') }), SIMULATED),
    ).toEqual({
      address: '127.0.0.1:5',
    });
    expect(servingAddress(pod({ ip: '127.20.0.1', hostIP: '127.20.0.1' }), SIMULATED)).toEqual({
      address: '127.20.0.1:8000',
    });
  });

  it.each([
    '169.254.169.254:80',
    '10.0.0.1:80',
    '127.0.0.1',
    '127.0.0.1:0',
    'x:1',
    '127.1:80',
    '127.0.0.1:80@x:1',
  ])('is refused at %s', (address) => {
    const annotated = pod({ ip: '127.20.0.1', annotations: addressed(address) });
    expect(servingAddress(annotated, SIMULATED)?.refused).toContain(
      'outside the loopback network of simulated pods',
    );
  });
});
