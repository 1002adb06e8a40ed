import { accepted } from '@tessera/application-reconciliation';
import { DEFAULT_PROJECT_NETWORK } from '@tessera/contracts-kubernetes';
import { DEFAULT_GUARDRAILS, refusals, toIntent } from '@tessera/domain-workload';
import { KubernetesClusterWriter } from './cluster-writer';
import { PLAIN_SHARING } from '../objects/sharing';
import { problemOf } from './problem-of';
import { COMMAND } from '../testing/command';

it('a workload that came past the API with a path of the node gets no object, and reads the field and the rule', async () => {
  const spec = { image: 'model:1', storage: { hostPath: [{ path: '/', mountPath: '/host' }] } };
  const asked: string[] = [];
  const connection = {
    request: async (method: string, path: string) => void asked.push(`${method} ${path}`),
  };
  const writer = new KubernetesClusterWriter(
    connection as never,
    {} as never,
    { onPod: () => undefined, onPodGone: () => undefined },
    {
      namespaces: 'create',
      reservedNamespaces: [],
      guardrailsOf: () => DEFAULT_GUARDRAILS,
      refusalsOf: (workload) =>
        refusals(workload.spec, { rules: DEFAULT_GUARDRAILS, hosts: { reserved: [] } }),
      network: { ...DEFAULT_PROJECT_NETWORK, gatewayNamespace: 'tessera' },
      sharing: PLAIN_SHARING,
      reservationPods: { namespace: 'reservations', image: 'reservation:1', command: [] },
      exposure: { kind: 'none' },
      mayWrite: () => true,
    },
  );
  const target = {
    workload: accepted({ ...COMMAND, spec }, COMMAND.createdAt),
    intent: toIntent(spec).intent,
  };
  for (const write of [() => writer.ensureFirst(target), () => writer.ensureObjects(target)]) {
    const error: unknown = await write().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(problemOf(error)).toMatchObject({
      final: false,
      reason: 'GuardrailRefused',
      message: expect.stringMatching(/^spec\.storage\.hostPath\[0\]\.path: .*\(guardrail hostPaths\)$/),
    });
  }
  expect(asked).toEqual([]);
});
