import { replica, foreign } from '../testing/view';
import { ClaimUsers } from './claim-users';
import { classTerms, volumeTerms } from './volumes';

describe('the nodes that reach a volume', () => {
  it('are those of its node affinity, by labels and by name', () => {
    const zone = { key: 'topology.kubernetes.io/zone', operator: 'In', values: ['a'] } as const;
    const name = { key: 'metadata.name', operator: 'In', values: ['node-a'] } as const;
    const nodeSelectorTerms = [{ matchExpressions: [zone] }, { matchFields: [name] }];
    expect(volumeTerms({ nodeAffinity: { required: { nodeSelectorTerms } } })).toEqual([
      { expressions: [zone] },
      { expressions: [name] },
    ]);
    expect(volumeTerms({})).toEqual([]);
  });

  it('are, before there is one, those on which its class makes volumes', () => {
    const metadata = { name: 'c', uid: 'u', resourceVersion: '1' };
    const allowedTopologies = [{ matchLabelExpressions: [{ key: 'zone', values: ['a', 'b'] }] }];
    expect(classTerms({ metadata, allowedTopologies })).toEqual([
      { expressions: [{ key: 'zone', operator: 'In', values: ['a', 'b'] }] },
    ]);
  });
});

describe('the pods that mount a claim', () => {
  const volumes = [{ persistentVolumeClaim: { claimName: 'data' } }];
  const mounting = (pod: ReturnType<typeof replica>, more: object = {}) => ({
    ...pod,
    ...more,
    spec: { ...pod.spec, volumes },
  });

  it('are ours and others until they have ended or gone', () => {
    const users = new ClaimUsers();
    const ours = mounting(replica('one', 'n1', 0));
    const theirs = mounting(foreign('backup', 'n2'), {
      metadata: { ...foreign('backup', 'n2').metadata, namespace: 'ours' },
    });
    users.take('added', 'ours/one', ours);
    users.take('added', 'ours/backup', theirs);
    expect(users.of('ours', 'data')).toEqual([
      { pod: 'one', node: 'n1' },
      { pod: 'backup', node: 'n2' },
    ]);
    expect(users.of('theirs', 'data')).toEqual([]);
    users.take('updated', 'ours/backup', { ...theirs, status: { phase: 'Succeeded' } });
    expect(users.of('ours', 'data')).toEqual([{ pod: 'one', node: 'n1' }]);
    users.take('deleted', 'ours/one', ours);
    expect(users.of('ours', 'data')).toEqual([]);
  });
});
