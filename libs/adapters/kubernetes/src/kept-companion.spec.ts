import { SHARED_GPU } from '@tessera/contracts-kubernetes';
import { KeptCompanion } from './kept-companion';

const METADATA = {
  name: 'map',
  namespace: 'team',
  uid: 'u1',
  resourceVersion: '7',
  labels: { app: 'model' },
  ownerReferences: [{ uid: 'record' }],
};

describe('what is kept of an object beside the pods', () => {
  it('is all that is read of it, as often as it is asked for', () => {
    const kept = KeptCompanion.of({
      metadata: METADATA,
      spec: { ports: [{ port: 80 }] },
      status: { phase: 'Bound' },
    });
    expect(kept.metadata).toEqual(METADATA);
    expect(kept.whole()).toEqual({
      metadata: METADATA,
      spec: { ports: [{ port: 80 }] },
      status: { phase: 'Bound' },
    });
    expect(kept.whole()).not.toBe(kept.whole());
  });

  it('leaves out managed fields, and of the data of a map all but the devices', () => {
    const metadata = { ...METADATA, managedFields: [{ manager: 'somebody' }] };
    const data = { [SHARED_GPU.visibleDevices]: 'GPU-1', other: 'text' };
    expect(KeptCompanion.of({ metadata, data }).whole()).toEqual({
      metadata: METADATA,
      data: { [SHARED_GPU.visibleDevices]: 'GPU-1' },
    });
  });
});
