import { LABELS, SELECTED_NODE, SHARED_GPU } from '@tessera/contracts-kubernetes';
import { TrimmedObject, type OwnedObjectWire } from './trimmed-object';

const SERVICES = '/api/v1/services';
const SERVICE: OwnedObjectWire = {
  metadata: {
    name: 'model-serving',
    namespace: 'team',
    uid: 'u1',
    resourceVersion: '7',
    labels: { [LABELS.workloadId]: 'w1', app: 'model' },
    ownerReferences: [{ uid: 'record' }],
  },
  spec: { type: 'ClusterIP', clusterIP: '10.0.0.1', ports: [{ port: 80 }] },
};
const WANTED = {
  metadata: { name: 'model-serving', labels: { app: 'model' } },
  spec: { ports: [{ port: 80 }] },
};
const OTHER = { ...WANTED, spec: { ports: [{ port: 81 }] } };

describe('what is kept of an object beside the pods', () => {
  it('is who it is, whose, and in what list', () => {
    const kept = TrimmedObject.of(SERVICE, SERVICES);
    expect(kept).toMatchObject({
      metadata: { name: 'model-serving', namespace: 'team', uid: 'u1', resourceVersion: '7' },
      list: SERVICES,
      workloadId: 'w1',
      endingSince: undefined,
      devices: undefined,
      claim: undefined,
    });
  });

  it('says whether it has what is wanted, as often as it is asked', () => {
    const kept = TrimmedObject.of(SERVICE, SERVICES);
    expect([OTHER, WANTED, WANTED, OTHER, WANTED].map((wanted) => kept.covers(wanted))).toEqual([
      false,
      true,
      true,
      false,
      true,
    ]);
  });

  it('lets go of everything else once it was found to be in order', () => {
    const kept = TrimmedObject.of(SERVICE, SERVICES);
    expect(JSON.stringify(kept)).toContain('ClusterIP');
    kept.covers(WANTED);
    expect(JSON.stringify(kept)).not.toContain('ClusterIP');
  });

  it('takes less than it has as missing after that, until it is seen again', () => {
    const kept = TrimmedObject.of(SERVICE, SERVICES);
    const less = { metadata: { name: 'model-serving' } };
    kept.covers(WANTED);
    expect(kept.covers(less)).toBe(false);
    kept.seeAgain({ ...SERVICE, metadata: { ...SERVICE.metadata, resourceVersion: '8' } });
    expect(kept.covers(less)).toBe(false);
    kept.seeAgain(SERVICE);
    expect([kept.covers(OTHER), kept.covers(less)]).toEqual([false, true]);
  });

  it('are of a map of devices the devices', () => {
    const data = { [SHARED_GPU.visibleDevices]: 'GPU-1', other: 'text' };
    const kept = TrimmedObject.of({ metadata: SERVICE.metadata, data }, '/api/v1/configmaps');
    expect(kept.devices).toBe('GPU-1');
    expect(JSON.stringify(kept)).not.toContain('ownerReferences');
  });

  it('are of a claim its phase, its class, and whether its end and its node are told', () => {
    const claim = (more: object, annotations = {}): TrimmedObject =>
      TrimmedObject.of(
        { ...SERVICE, metadata: { ...SERVICE.metadata, annotations }, ...more },
        '/api/v1/persistentvolumeclaims',
      );
    expect(claim({ spec: { storageClassName: 'fast' }, status: { phase: 'Bound' } }).claim).toEqual({
      phase: 'Bound',
      storageClass: 'fast',
      hasNode: false,
    });
    expect(claim({ spec: {} }, { [SELECTED_NODE]: 'node-a' }).claim).toEqual({
      phase: undefined,
      storageClass: undefined,
      hasNode: true,
    });
    const metadata = { ...SERVICE.metadata, deletionTimestamp: '2026-01-01T00:00:05Z' };
    expect(claim({ metadata }).endingSince).toBe('2026-01-01T00:00:05Z');
  });
});
