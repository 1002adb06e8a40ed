import { accepted } from '@tessera/application-reconciliation';
import { SAMPLES } from '@tessera/contracts-events';
import { toIntent } from '@tessera/domain-workload';
import { services } from './owned-objects';

const servicesOf = (spec: object) => {
  const command = { ...SAMPLES.apply, spec: { image: 'model:1', ...spec } };
  const workload = accepted(command, command.createdAt);
  return services({ workload, intent: toIntent(workload.spec).intent });
};

describe('the Services of a workload', () => {
  it('are one for each port, also if several lead to the same container port', () => {
    const ports = [
      { container: 9000, serviceType: 'ClusterIP', name: 'inside' },
      { container: 9000, serviceType: 'NodePort', external: 30_090, name: 'outside' },
      { container: 9001, serviceType: 'ClusterIP' },
      { container: 9000, serviceType: 'ClusterIP', external: 90 },
    ];
    const found = servicesOf({ servingPort: { container: 9000 }, ports });
    expect(found.map(({ metadata, spec }) => [metadata?.name, spec?.type, spec?.ports?.[0]])).toEqual([
      ['chat-serving', 'ClusterIP', { name: 'main', port: 9000, targetPort: 9000 }],
      ['chat-port-9000', 'ClusterIP', { name: 'main', port: 9000, targetPort: 9000 }],
      ['chat-port-9000-2', 'NodePort', { name: 'main', port: 9000, targetPort: 9000, nodePort: 30_090 }],
      ['chat-port-9001', 'ClusterIP', { name: 'main', port: 9001, targetPort: 9001 }],
      ['chat-port-9000-3', 'ClusterIP', { name: 'main', port: 90, targetPort: 9000 }],
    ]);
  });

  it('have an address of their own where the request asks for a port', () => {
    const found = servicesOf({
      servingPort: { container: 9000 },
      ports: [{ container: 9000, serviceType: 'ClusterIP' }],
    });
    expect(found.map(({ spec }) => spec?.clusterIP)).toEqual(['None', undefined]);
  });
});
