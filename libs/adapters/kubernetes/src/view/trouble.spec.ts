import type { ReplicaPod } from '@tessera/application-reconciliation';
import { replicaPod } from '@tessera/application-reconciliation/testing';
import { maybe } from '@tessera/kernel';
import { replica } from '../testing/view';
import { explain, toReplicaPod, trouble } from './replica-pod';
import type { PodWire } from '../api/wire';

const withStatus = (status: object): PodWire =>
  ({ metadata: { name: 'p', uid: 'u' }, spec: { containers: [] }, status }) as unknown as PodWire;
const container = (more: object) => ({ containerStatuses: [{ name: 'main', ready: false, ...more }] });
const ended = (reason: string, exitCode: number, message?: string) => ({
  terminated: { reason, exitCode, ...maybe('message', message) },
});

describe('why a pod does not run, from its status', () => {
  it.each([
    ['it is evicted', { reason: 'Evicted', message: 'low on memory' }, 'Evicted', 'low on memory'],
    [
      'its container is being made',
      container({ state: { waiting: { reason: 'ContainerCreating' } } }),
      undefined,
      undefined,
    ],
    [
      'its image cannot be pulled',
      container({ state: { waiting: { reason: 'ErrImagePull', message: 'no such host' } } }),
      'ErrImagePull',
      'no such host',
    ],
    [
      'it crashes again and again, with how it ended',
      container({
        state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } },
        lastState: ended('Error', 3),
      }),
      'CrashLoopBackOff',
      'back-off 10s; the container ended with exit code 3',
    ],
    [
      'it was killed for its memory',
      container({ state: ended('OOMKilled', 137) }),
      'OOMKilled',
      'the container ended with OOMKilled, exit code 137',
    ],
    [
      'it was started again after that and is not ready yet',
      container({ state: { running: {} }, lastState: ended('OOMKilled', 137) }),
      'OOMKilled',
      'the container ended with OOMKilled, exit code 137; it was restarted',
    ],
    [
      'it was started again and is ready',
      container({ ready: true, state: { running: {} }, lastState: ended('Error', 1) }),
      undefined,
      undefined,
    ],
    [
      'its init container ended well',
      { initContainerStatuses: [{ state: ended('Completed', 0) }] },
      undefined,
      undefined,
    ],
  ])('%s', (_name, status, reason, message) => {
    expect(trouble(withStatus(status))).toEqual({ ...(reason && { reason }), ...(message && { message }) });
  });
});

describe('kubelet warnings about a pod whose status gives no reason', () => {
  const starting = replicaPod();
  const started = { ...starting, startedAt: '2026-01-01T00:00:00.000Z' };
  const noImage = { ...starting, reason: 'ErrImagePull', message: 'denied' };
  it.each([
    ['a volume that cannot be mounted', starting, 'FailedMount', 'FailedMount'],
    ['no longer once the container has started', started, 'FailedMount', undefined],
    ['a probe that fails', started, 'Unhealthy', 'Unhealthy'],
    ['nothing of a pod that is ready', { ...started, ready: true }, 'Unhealthy', undefined],
    ['nothing of a pod that ends', { ...started, terminating: true }, 'Unhealthy', undefined],
    ['what stands in the status anyway', starting, 'Failed', undefined],
    ['its status first', noImage, 'FailedMount', 'ErrImagePull'],
  ])('%s', (_name, pod, reported, reason) => {
    expect(explain(pod, { reason: reported, message: 'words' }).reason).toBe(reason);
  });

  it('adds a missing pull secret to an image that cannot be pulled', () => {
    const reported = { reason: 'FailedToRetrieveImagePullSecret', message: 'no secret "x"' };
    expect(explain(noImage, reported)).toMatchObject({
      reason: 'ErrImagePull',
      message: 'denied; no secret "x"',
      unresolved: reported,
    });
  });
});

describe('a pod that its kubelet rejected', () => {
  const rejected = (status: object, annotations: object = {}): Partial<ReplicaPod> => {
    const pod = replica('one', 'a', 0);
    const metadata = { ...pod.metadata, annotations: { ...pod.metadata.annotations, ...annotations } };
    return toReplicaPod({ ...pod, metadata, status } as unknown as PodWire) ?? {};
  };
  const refusal = { phase: 'Failed', reason: 'OutOfcpu', message: 'Pod was rejected: …' };

  it.each([
    ['with the words of kubelet alone', refusal, true],
    ['before its containers were started', { ...refusal, ...container({ state: { waiting: {} } }) }, true],
    ['not one that ran and was evicted', { ...refusal, ...container({ state: ended('Error', 137) }) }, false],
    [
      'not one that restarted',
      { ...refusal, ...container({ state: {}, lastState: ended('Error', 1) }) },
      false,
    ],
    ['not one that waits', { ...refusal, phase: 'Pending' }, false],
  ])('is one that failed %s', (_what, status, is) => {
    expect(rejected(status).rejected === true).toBe(is);
  });

  it('counts how often its replica was rejected before', () => {
    const counted = (text: string) => rejected(refusal, { 'tessera.io/rejections': text }).rejections;
    expect(['3', 'many', '-1', ''].map(counted)).toEqual([3, undefined, undefined, undefined]);
  });
});
