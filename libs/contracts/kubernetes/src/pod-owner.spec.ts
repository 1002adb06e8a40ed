import { bindingOf, ownerOf, type OwnedMetadata, type OwnerSources } from './pod-owner';

const ID = '00000000-0000-4000-8000-000000000001';
const LABELS = {
  'app.kubernetes.io/managed-by': 'tessera',
  'tessera.io/workload-id': ID,
  'tessera.io/workload-name': 'chat',
  'tessera.io/project': 'p1',
  'tessera.io/project-id': '7',
};
const CONTROLLER = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name: 'chat-workload',
  uid: 'r1',
  controller: true,
};
const POD: OwnedMetadata = { namespace: 'runai-p1', labels: LABELS, ownerReferences: [CONTROLLER] };

const SOURCES: OwnerSources = {
  bindingOf: (namespace) => (namespace === 'runai-p1' ? { project: 'p1', projectId: '7' } : undefined),
};
const labelled = (more: Readonly<Record<string, string>>): OwnedMetadata => ({
  ...POD,
  labels: { ...LABELS, ...more },
});

describe('the owner of a pod', () => {
  it('is the workload of its labels, in the project of its namespace, under its owner object', () => {
    expect(ownerOf(POD, SOURCES)).toEqual({
      project: 'p1',
      projectId: '7',
      workload: 'chat',
      workloadId: ID,
      record: { name: 'chat-workload', uid: 'r1' },
    });
  });

  it.each<[string, OwnedMetadata]>([
    ['in a namespace that is bound to no project', { ...POD, namespace: 'default' }],
    ['with the labels of another project', labelled({ 'tessera.io/project': 'p2' })],
    ['with the id of another project', labelled({ 'tessera.io/project-id': '8' })],
    ['that somebody else manages', labelled({ 'app.kubernetes.io/managed-by': 'helm' })],
    ['whose workload id is no UUID', labelled({ 'tessera.io/workload-id': "x' or 1=1" })],
    ['without the name of a workload', labelled({ 'tessera.io/workload-name': '' })],
    ['without an owner', { ...POD, ownerReferences: [] }],
    ['whose owner is no controller', { ...POD, ownerReferences: [{ ...CONTROLLER, controller: false }] }],
    [
      'of a ReplicaSet',
      { ...POD, ownerReferences: [{ ...CONTROLLER, apiVersion: 'apps/v1', kind: 'ReplicaSet' }] },
    ],
    ['without labels', { namespace: 'runai-p1', ownerReferences: [CONTROLLER] }],
  ])('is nobody for a pod %s', (_, pod) => {
    expect(ownerOf(pod, SOURCES)).toBeUndefined();
  });

  it('compares the uid of the owner object where the caller knows it', () => {
    const known = (uid: string | undefined): OwnerSources => ({ ...SOURCES, ownerUid: () => uid });
    expect(ownerOf(POD, known('r1'))?.workloadId).toBe(ID);
    expect(ownerOf(POD, known('r2'))).toBeUndefined();
    expect(ownerOf(POD, known(undefined))).toBeUndefined();
  });

  it('needs no project id on a namespace that was bound by name', () => {
    expect(ownerOf(POD, { bindingOf: () => ({ project: 'p1' }) })?.projectId).toBe('7');
  });
});

describe('the project of a namespace', () => {
  it.each([
    [
      { 'tessera.io/project': 'p1', 'tessera.io/project-id': '7' },
      { project: 'p1', projectId: '7' },
    ],
    [{ 'tessera.io/project': 'p1' }, { project: 'p1' }],
    [{ 'tessera.io/project': '' }, undefined],
    [{ 'tessera.io/project-id': '7' }, undefined],
    [undefined, undefined],
  ])('of the labels %j is %j', (labels, binding) => {
    expect(bindingOf(labels)).toEqual(binding);
  });
});
