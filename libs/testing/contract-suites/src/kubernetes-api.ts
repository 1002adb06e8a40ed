import { deletionExpectations } from './kubernetes/deletion';
import { listExpectations } from './kubernetes/lists-and-watches';
import { objectExpectations } from './kubernetes/objects';
import { patchExpectations } from './kubernetes/patches';
import { podExpectations } from './kubernetes/pods';
import type { KubernetesUnderTest } from './kubernetes/wire';

export type { KubernetesUnderTest } from './kubernetes/wire';

/**
 * Contract suite of a Kubernetes API at wire level. Call it inside a `describe`. It runs against a real API server with
 * its controllers (no nodes, no scheduler) and against the simulated one; where they differ the simulated one is wrong.
 * `connect` is called once.
 */
export function kubernetesApiContract(connect: () => Promise<KubernetesUnderTest>): void {
  let found: KubernetesUnderTest | undefined;
  beforeAll(async () => {
    found = await connect();
  });
  const target = (): KubernetesUnderTest => {
    if (found === undefined) throw new Error('the API server under test did not start');
    return found;
  };
  describe('objects and refusals', () => objectExpectations(target));
  describe('pods', () => podExpectations(target));
  describe('lists and watches', () => listExpectations(target));
  describe('patches', () => patchExpectations(target));
  describe('deletion', () => deletionExpectations(target));
}
