import { isReservedNamespace, namespaceRefusal } from './project-namespace';

const RESERVED = ['tessera', 'tessera-reservations', 'gpu-operator', 'openshift-*'];
const refusal = (namespace: string, name = 'team-a'): string | undefined =>
  namespaceRefusal({
    namespace,
    generated: `runai-${name}`,
    generatedPrefix: 'runai-',
    reserved: RESERVED,
  });

describe('the namespace of a project', () => {
  it.each([
    'kube-system',
    'kube-public',
    'kube-anything',
    'default',
    ...RESERVED.slice(0, 3),
    'openshift-dns',
  ])('is never %s', (namespace) => {
    expect(isReservedNamespace(namespace, RESERVED)).toBe(true);
    expect(refusal(namespace)).toContain('reserved');
  });

  it('may be any other, and the one that is generated for it', () => {
    for (const namespace of ['language-models', 'kubeflow', 'tessera-models', 'runai-team-a'])
      expect(refusal(namespace)).toBeUndefined();
  });

  it('is not the one that is generated for another project, which may not exist yet', () => {
    expect(refusal('runai-team-b')).toContain('a project called "team-b"');
  });

  it('reserves those of Kubernetes without any setting', () => {
    expect(isReservedNamespace('kube-system')).toBe(true);
    expect(isReservedNamespace('gpu-operator')).toBe(false);
  });
});
