import { replicaPod } from '@tessera/application-reconciliation/testing';
import { existingObjects } from './existing-objects';

const IN = '/api/v1/namespaces/runai-a';
const at = (path: string, name: string) => ({ path, object: { metadata: { name, namespace: 'runai-a' } } });
const pod = replicaPod({ name: 'chat-1-0', namespace: 'runai-a' });
const reservation = { name: 'reserve-0', namespace: 'runai-reservation', node: 'node-a', slot: 3 };

describe('the objects of a workload', () => {
  it('are its pods, what holds its devices, what is deleted with it, and the claims that it mounts', () => {
    const { objects } = existingObjects({
      namespace: 'runai-a',
      pods: [pod],
      reservationPods: [{ ...reservation, uid: 'u', phase: 'Running', terminating: false, createdAt: '' }],
      objects: [
        at(`${IN}/configmaps`, 'chat-workload'),
        at(`${IN}/configmaps`, 'chat-1-0-devices'),
        at(`${IN}/services`, 'chat-serving'),
        at(`/apis/networking.k8s.io/v1/namespaces/runai-a/networkpolicies`, 'chat-ports'),
        at(`${IN}/persistentvolumeclaims`, 'own'),
      ],
      claims: ['own', 'shared'],
    });
    expect(objects.map(({ apiVersion, kind, name, purpose }) => [apiVersion, kind, name, purpose])).toEqual([
      ['v1', 'Pod', 'chat-1-0', 'replica 0 on node-a'],
      ['v1', 'Pod', 'reserve-0', 'holds device 3 of node-a for those who share it'],
      ['v1', 'ConfigMap', 'chat-workload', 'what its objects belong to: they are deleted with it'],
      ['v1', 'ConfigMap', 'chat-1-0-devices', 'the devices that a replica shares'],
      ['v1', 'Service', 'chat-serving', 'its address inside the cluster'],
      ['networking.k8s.io/v1', 'NetworkPolicy', 'chat-ports', 'who may reach its ports'],
      ['v1', 'PersistentVolumeClaim', 'own', 'storage that it mounts'],
      ['v1', 'PersistentVolumeClaim', 'shared', 'storage that it mounts'],
    ]);
  });

  it('say nothing of a node where a replica has none', () => {
    const { nodeName: _none, ...waiting } = pod;
    const none = { namespace: 'runai-a', reservationPods: [], objects: [], claims: [] };
    expect(existingObjects({ ...none, pods: [waiting] }).objects[0]?.purpose).toBe('replica 0');
  });
});
