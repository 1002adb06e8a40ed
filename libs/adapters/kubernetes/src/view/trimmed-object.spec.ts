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

describe('the trimmed form of an owned object', () => {
  it('has its identity, its workload and its list', () => {
    const trimmed = TrimmedObject.of(SERVICE, SERVICES);
    expect(trimmed).toMatchObject({
      metadata: { name: 'model-serving', namespace: 'team', uid: 'u1', resourceVersion: '7' },
      list: SERVICES,
      workloadId: 'w1',
      endingSince: undefined,
      devices: undefined,
      claim: undefined,
    });
  });

  it('reports repeatedly whether it matches the desired state', () => {
    const trimmed = TrimmedObject.of(SERVICE, SERVICES);
    expect([OTHER, WANTED, WANTED, OTHER, WANTED].map((wanted) => trimmed.covers(wanted))).toEqual([
      false,
      true,
      true,
      false,
      true,
    ]);
  });

  it('drops everything else after the first match', () => {
    const trimmed = TrimmedObject.of(SERVICE, SERVICES);
    expect(JSON.stringify(trimmed)).toContain('ClusterIP');
    trimmed.covers(WANTED);
    expect(JSON.stringify(trimmed)).not.toContain('ClusterIP');
  });

  it('treats a different desired state as a mismatch after that, until compared again', () => {
    const trimmed = TrimmedObject.of(SERVICE, SERVICES);
    const less = { metadata: { name: 'model-serving' } };
    trimmed.covers(WANTED);
    expect(trimmed.covers(less)).toBe(false);
    trimmed.seeAgain({ ...SERVICE, metadata: { ...SERVICE.metadata, resourceVersion: '8' } });
    expect(trimmed.covers(less)).toBe(false);
    trimmed.seeAgain(SERVICE);
    expect([trimmed.covers(OTHER), trimmed.covers(less)]).toEqual([false, true]);
  });

  it('matches what was written, whatever admission made of it, until it is another version', () => {
    const stored = { ...SERVICE, spec: { ...SERVICE.spec, ports: [{ port: 90 }] } };
    const trimmed = TrimmedObject.of(stored, SERVICES);
    expect(trimmed.covers(WANTED)).toBe(false);
    trimmed.accept({ ...stored, metadata: { ...stored.metadata, resourceVersion: '6' } }, WANTED);
    expect(trimmed.covers(WANTED)).toBe(false);
    trimmed.accept(stored, WANTED);
    expect([trimmed.covers(WANTED), trimmed.covers(OTHER)]).toEqual([true, false]);
  });

  it('has the devices of a device ConfigMap', () => {
    const data = { [SHARED_GPU.visibleDevices]: 'GPU-1', other: 'text' };
    const trimmed = TrimmedObject.of({ metadata: SERVICE.metadata, data }, '/api/v1/configmaps');
    expect(trimmed.devices).toBe('GPU-1');
    expect(JSON.stringify(trimmed)).not.toContain('ownerReferences');
  });

  it('has the phase and class of a claim, its deletion, and whether its node is set', () => {
    const claim = (more: object, annotations = {}): TrimmedObject =>
      TrimmedObject.of(
        { ...SERVICE, metadata: { ...SERVICE.metadata, annotations }, ...more },
        '/api/v1/persistentvolumeclaims',
      );
    expect(claim({ spec: { storageClassName: 'fast' }, status: { phase: 'Bound' } }).claim).toEqual({
      phase: 'Bound',
      storageClass: 'fast',
      selectedNode: undefined,
      volume: undefined,
      accessModes: undefined,
    });
    expect(claim({ spec: {} }, { [SELECTED_NODE]: 'node-a' }).claim).toEqual({
      phase: undefined,
      storageClass: undefined,
      selectedNode: 'node-a',
      volume: undefined,
      accessModes: undefined,
    });
    const metadata = { ...SERVICE.metadata, deletionTimestamp: '2026-01-01T00:00:05Z' };
    expect(claim({ metadata }).endingSince).toBe('2026-01-01T00:00:05Z');
  });
});
