import { accepted, type NewReplica } from '@tessera/application-reconciliation';
import { toIntent, type InferenceSpec } from '@tessera/domain-workload';
import { applyCommand } from '@tessera/testing-builders';
import { replicaPod, type LeavingSettings } from './pod';
import { PLAIN_SHARING } from './sharing';

const REPLICA: NewReplica = {
  ordinal: 0,
  name: 'chat-0',
  placement: { node: 'node-a', kind: 'none', devices: [] },
};
const SETTINGS: LeavingSettings = { requestMs: 300_000, preStopSeconds: 5 };

/** How the pod of this spec leaves: the sleep of its hook and its grace period, s. */
function leaving(spec: InferenceSpec, settings?: LeavingSettings) {
  const workload = accepted({ ...applyCommand(1, 0), spec }, '2026-01-01T00:00:00.000Z');
  const target = { workload, intent: toIntent(spec).intent };
  const pod = replicaPod(target, REPLICA, PLAIN_SHARING, undefined, settings);
  const [main] = pod.spec?.containers ?? [];
  return [main?.lifecycle?.preStop?.sleep?.seconds, pod.spec?.terminationGracePeriodSeconds];
}

const SERVING: InferenceSpec = { image: 'model:1', servingPort: { container: 8000 } };

describe('a replica that leaves', () => {
  it.each([
    ['its requests have the default time', SERVING, SETTINGS, [5, 305]],
    [
      'its requests have the time that the workload sets',
      { ...SERVING, servingConfiguration: { requestTimeoutSeconds: 1_800 } },
      SETTINGS,
      [5, 1_805],
    ],
    ['no sleep where there is none to be', SERVING, { ...SETTINGS, preStopSeconds: 0 }, [undefined, 300]],
    ['has a second more than the sleep at least', SERVING, { ...SETTINGS, requestMs: 0 }, [5, 6]],
    [
      'a port without a model server counts',
      { image: 'model:1', ports: [{ container: 9000, serviceType: 'NodePort' }] },
      SETTINGS,
      [5, 305],
    ],
    ['nothing reaches one without a port', { image: 'model:1' }, SETTINGS, [undefined, undefined]],
    ['Kubernetes decides without settings', SERVING, undefined, [undefined, undefined]],
  ] as const)('%s', (_, spec, settings, expected) => {
    expect(leaving(spec as InferenceSpec, settings)).toEqual(expected);
  });
});
