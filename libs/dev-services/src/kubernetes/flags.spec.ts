import { apiServerFlags, controllerManagerFlags, etcdFlags } from './flags';
import { layoutOf } from './layout';

const layout = layoutOf('/data');
const ports = { port: 8084, etcdPort: 8088, etcdPeerPort: 8089 };
const withController = { ...ports, controllerManagerPort: 8092 };

describe('the flags', () => {
  it('give every program its port, and the API server that of etcd', () => {
    expect(etcdFlags(layout, ports, true)).toEqual(
      expect.arrayContaining([
        '--listen-client-urls=http://127.0.0.1:8088',
        '--listen-peer-urls=http://127.0.0.1:8089',
      ]),
    );
    expect(apiServerFlags(layout, ports)).toEqual(
      expect.arrayContaining(['--secure-port=8084', '--etcd-servers=http://127.0.0.1:8088']),
    );
    expect(controllerManagerFlags(layout, withController)).toContain('--secure-port=8092');
  });

  it('let the controller manager listen only where it was given a port', () => {
    expect(controllerManagerFlags(layout, ports)).toContain('--secure-port=0');
  });

  it('leave the controllers of endpoints out only where pods have loopback addresses', () => {
    const controllers = (flags: readonly string[]) =>
      flags.filter((flag) => flag.startsWith('--controllers'));
    expect(controllers(controllerManagerFlags(layout, ports))).toEqual([]);
    expect(controllers(controllerManagerFlags(layout, { ...ports, loopbackPods: true }))).toEqual([
      '--controllers=*,-endpoints-controller,-endpointslice-controller,-endpointslice-mirroring-controller',
    ]);
  });

  it('turn off fsync of etcd only on request', () => {
    expect(etcdFlags(layout, ports, true)).not.toContain('--unsafe-no-fsync=true');
    expect(etcdFlags(layout, ports, false)).toContain('--unsafe-no-fsync=true');
  });

  it.each([
    ['etcd', etcdFlags(layout, ports, true)],
    ['the API server', apiServerFlags(layout, ports)],
    ['the controller manager', controllerManagerFlags(layout, withController)],
  ])('keep %s on the loopback address', (_, flags) => {
    const hosts = flags.join('\n').match(/\b(?:\d+\.){3}\d+(?!\/|\.|\d)/g) ?? [];
    expect(new Set(hosts)).toEqual(new Set(['127.0.0.1']));
  });

  it('let both sides use one service account key', () => {
    const key = layout.serviceAccountKey;
    expect(apiServerFlags(layout, ports)).toContain(`--service-account-signing-key-file=${key}`);
    expect(apiServerFlags(layout, ports)).toContain(`--service-account-key-file=${key}`);
    expect(controllerManagerFlags(layout, ports)).toContain(`--service-account-private-key-file=${key}`);
  });
});
