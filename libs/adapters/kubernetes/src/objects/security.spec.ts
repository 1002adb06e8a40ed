import type { V1Container, V1PodSpec } from '@kubernetes/client-node';
import { accepted, type NewReplica } from '@tessera/application-reconciliation';
import { GUARDRAIL_PRESETS, toIntent, withinGuardrails, type InferenceSpec } from '@tessera/domain-workload';
import { reservationPod } from './reservation-pod';
import { replicaPod } from './pod';
import { KEPT_AS_ROOT, restricted } from './security';
import { PLAIN_SHARING } from './sharing';
import { COMMAND } from '../testing/command';

const REPLICA: NewReplica = {
  ordinal: 0,
  name: 'chat-0',
  placement: { node: 'node-a', kind: 'none', devices: [] },
};
const GIT = { storage: { git: [{ repository: 'https://git.example/a', path: '/a' }] } };

function podOf(spec: InferenceSpec, preset: keyof typeof GUARDRAIL_PRESETS = 'baseline'): V1PodSpec {
  const whole = { image: 'model:1', ...spec };
  const workload = accepted({ ...COMMAND, spec: whole }, COMMAND.createdAt);
  const intent = withinGuardrails(toIntent(whole).intent, GUARDRAIL_PRESETS[preset]);
  const pod = replicaPod({ workload, intent }, REPLICA, PLAIN_SHARING);
  if (pod.spec === undefined) throw new Error('a pod without a spec');
  return pod.spec;
}
const containersOf = ({ containers, initContainers = [] }: V1PodSpec): readonly V1Container[] => [
  ...initContainers,
  ...containers,
];
const mainOf = ({ containers: [main] }: V1PodSpec) => main?.securityContext;

/** What the level `restricted` of the Pod Security Standards finds wrong with a pod, as far as pods of ours can differ. */
function restrictedProblems(pod: V1PodSpec): readonly string[] {
  const profile = pod.securityContext?.seccompProfile?.type;
  return [
    ...(profile === 'RuntimeDefault' ? [] : [`seccomp ${profile}`]),
    ...containersOf(pod).flatMap(({ name, securityContext: own }) => [
      ...(own?.allowPrivilegeEscalation === false ? [] : [`${name}: escalation`]),
      ...(own?.runAsNonRoot === true ? [] : [`${name}: root`]),
      ...(own?.capabilities?.drop?.includes('ALL') ? [] : [`${name}: capabilities kept`]),
      ...(own?.capabilities?.add ?? [])
        .filter((capability) => capability !== 'NET_BIND_SERVICE')
        .map((capability) => `${name}: adds ${capability}`),
    ]),
  ];
}

describe('a pod', () => {
  it('gets no token of a service account, a seccomp profile, and no more rights than it began with', () => {
    const pod = podOf(GIT);
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(pod.securityContext).toEqual({ seccompProfile: { type: 'RuntimeDefault' } });
    expect(containersOf(pod)).toHaveLength(2);
    for (const { securityContext } of containersOf(pod))
      expect(securityContext?.allowPrivilegeEscalation).toBe(false);
  });

  it('keeps the capabilities with which images start as root, and no others, unless they are asked for', () => {
    expect(mainOf(podOf({}))?.capabilities).toEqual({ drop: ['ALL'], add: [...KEPT_AS_ROOT] });
    expect(mainOf(podOf({ security: { capabilities: ['SYS_CHROOT', 'KILL'] } }))?.capabilities).toEqual({
      drop: ['ALL'],
      add: [...KEPT_AS_ROOT, 'SYS_CHROOT'],
    });
    for (const kept of KEPT_AS_ROOT) expect(GUARDRAIL_PRESETS.baseline.capabilities).toContain(kept);
  });

  it('keeps none where it does not run as root', () => {
    for (const security of [{ runAsNonRoot: true }, { uidGidSource: 'custom', runAsUid: 1000 }] as const)
      expect(mainOf(podOf({ security }))?.capabilities).toEqual({ drop: ['ALL'] });
  });

  it('is admitted by the level restricted where it asks for little, clones included', () => {
    expect(restrictedProblems(podOf({ ...GIT, security: { runAsNonRoot: true } }))).toEqual([]);
  });

  it('is always admitted by the level restricted where the guardrails are the preset of that name', () => {
    expect(restrictedProblems(podOf(GIT, 'restricted'))).toEqual([]);
    expect(restrictedProblems(podOf(GIT, 'baseline'))).not.toEqual([]);
  });

  it('clones as another user than root even where the user of the pod is root', () => {
    const pod = podOf({ ...GIT, security: { uidGidSource: 'custom', runAsUid: 0 } });
    expect(pod.initContainers?.[0]?.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 65533 });
  });

  it('with SYS_ADMIN leaves allowPrivilegeEscalation out, since Kubernetes would refuse false', () => {
    expect(mainOf(podOf({ security: { capabilities: ['SYS_ADMIN'] } }))).not.toHaveProperty(
      'allowPrivilegeEscalation',
    );
  });
});

it('a reservation pod is admitted by the level restricted', () => {
  const pod = reservationPod(
    { node: 'node-a', slot: 0 },
    { namespace: 'reservations', image: 'reservation:1', command: [] },
  );
  const { securityContext, containers = [] } = pod.spec ?? {};
  // The pod says for all of its containers that none is root.
  const declared = containers.map((one) => ({
    ...one,
    securityContext: { runAsNonRoot: securityContext?.runAsNonRoot, ...one.securityContext },
  }));
  expect(restrictedProblems({ ...pod.spec, containers: declared } as V1PodSpec)).toEqual([]);
});

describe('in a namespace of the level restricted', () => {
  const admitted = (spec: InferenceSpec): V1PodSpec => {
    const whole = { image: 'model:1', ...spec };
    const workload = accepted({ ...COMMAND, spec: whole }, COMMAND.createdAt);
    const { intent } = toIntent(whole);
    const target = { workload, intent: { ...intent, security: restricted(intent.security) } };
    return replicaPod(target, REPLICA, PLAIN_SHARING).spec as V1PodSpec;
  };

  it.each([
    ['asks for nothing', {}],
    ['clones a repository', GIT],
    ['runs as a user of its own', { security: { runAsUid: 1000 } }],
  ])('a workload is admitted that %s', (_name, spec) =>
    expect(restrictedProblems(admitted(spec))).toEqual([]),
  );

  it.each([
    ['a capability', { security: { capabilities: ['SYS_CHROOT'] } }, ['main: adds SYS_CHROOT']],
    ['to run as root', { security: { runAsNonRoot: false } }, ['main: root']],
  ])('a workload keeps asking for %s, and the cluster refuses it', (_name, spec, problems) =>
    expect(restrictedProblems(admitted(spec))).toEqual(expect.arrayContaining(problems)),
  );
});

it('a container that clones a repository has the requests and limits of the other', () => {
  const compute = { cpuCoreRequest: 0.5, cpuCoreLimit: 2, cpuMemoryRequest: '1G', cpuMemoryLimit: '4G' };
  const [clone, main] = containersOf(podOf({ ...GIT, compute }));
  expect(clone?.resources?.limits).toEqual({ cpu: '2', memory: expect.stringMatching(/Mi$/) });
  expect(clone?.resources).toEqual(main?.resources);
});
