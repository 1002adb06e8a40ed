import {
  ANNOTATIONS,
  DEFAULT_PROJECT_NETWORK,
  LABELS,
  type ProjectNetwork,
} from '@tessera/contracts-kubernetes';
import {
  DEFAULT_GUARDRAILS,
  GUARDRAIL_PRESETS,
  withOverrides,
  type Guardrails,
} from '@tessera/domain-workload';
import { podSecurityLabels, podSecurityPatch, projectNamespace } from './namespace';
import { projectNetworkPolicy } from './network-policy';

const PROJECT = { projectId: '7', projectName: 'team-a', namespace: 'runai-team-a' };
const ENFORCE = 'pod-security.kubernetes.io/enforce';

describe('the namespace of a project', () => {
  it('is labelled with the level of the guardrails, by default baseline', () => {
    const { metadata } = projectNamespace(PROJECT, DEFAULT_GUARDRAILS);
    expect(metadata?.labels).toMatchObject({
      [ENFORCE]: 'baseline',
      [`${ENFORCE}-version`]: 'latest',
      'pod-security.kubernetes.io/warn': 'baseline',
      'pod-security.kubernetes.io/audit': 'baseline',
    });
    expect(podSecurityLabels(GUARDRAIL_PRESETS.restricted)[ENFORCE]).toBe('restricted');
    expect(podSecurityLabels(GUARDRAIL_PRESETS.privileged)[ENFORCE]).toBe('privileged');
  });

  it('keeps baseline with open hosts of probes, by the last version that admits them', () => {
    const rules = withOverrides(DEFAULT_GUARDRAILS, { rules: { probeHosts: ['example.com'] } });
    expect(podSecurityLabels(rules)).toMatchObject({
      [ENFORCE]: 'baseline',
      [`${ENFORCE}-version`]: 'v1.33',
    });
  });

  const patched = (labels: Record<string, string>, mark: string | undefined, rules: Guardrails): boolean =>
    podSecurityPatch(
      { labels, ...(mark === undefined ? {} : { annotations: { [ANNOTATIONS.podSecurity]: mark } }) },
      rules,
    ) !== undefined;

  it('that has no level gets one, and one that has our old one gets the new one', () => {
    expect(patched({}, undefined, DEFAULT_GUARDRAILS)).toBe(true);
    const old = { ...podSecurityLabels(GUARDRAIL_PRESETS.privileged) };
    expect(patched(old, 'privileged/latest', DEFAULT_GUARDRAILS)).toBe(true);
    expect(patched({ ...podSecurityLabels(DEFAULT_GUARDRAILS) }, 'baseline/latest', DEFAULT_GUARDRAILS)).toBe(
      false,
    );
  });

  it('keeps the level that an administrator of the cluster has set', () => {
    expect(patched({ [ENFORCE]: 'restricted' }, undefined, DEFAULT_GUARDRAILS)).toBe(false);
    expect(patched({ [ENFORCE]: 'restricted' }, 'baseline/latest', DEFAULT_GUARDRAILS)).toBe(false);
  });
});

describe('the NetworkPolicy of a project', () => {
  const policy = (given: Partial<ProjectNetwork> = {}, ours = true) =>
    projectNetworkPolicy(
      PROJECT,
      { ...DEFAULT_PROJECT_NETWORK, ...given, gatewayNamespace: 'tessera' },
      ours,
    );
  const gateway = {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'tessera' } },
    podSelector: { matchLabels: { 'app.kubernetes.io/component': 'gateway' } },
  };

  it('lets in the gateway alone, by the name of its namespace, which no user can give a pod', () => {
    expect(policy().spec).toMatchObject({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [gateway] }],
    });
  });

  it('keeps pods from the credentials of the node, and lets them reach the rest', () => {
    const [rule] = policy().spec?.egress ?? [];
    expect(JSON.stringify(rule?.to)).toContain('169.254.169.254/32');
    expect(rule?.to).toContainEqual({ namespaceSelector: {} });
    expect(policy({ egress: 'open' }).spec).toMatchObject({ policyTypes: ['Ingress'] });
  });

  it('lets in and out whom the operator names, and DNS', () => {
    const { ingress, egress } =
      policy({
        ingress: [{ namespace: 'monitoring', podLabels: { app: 'prometheus' } }, { project: true }],
        egress: [{ cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] }],
      }).spec ?? {};
    expect(ingress?.slice(1)).toEqual([
      {
        from: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } },
            podSelector: { matchLabels: { app: 'prometheus' } },
          },
        ],
      },
      { from: [{ podSelector: {} }] },
    ]);
    expect(egress?.[0]?.ports).toEqual([
      { protocol: 'UDP', port: 53 },
      { protocol: 'TCP', port: 53 },
    ]);
    expect(egress?.slice(1)).toEqual([
      { to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }] },
    ]);
  });

  it('concerns the pods of the platform alone in a namespace that somebody else has made', () => {
    expect(policy({}, false).spec?.podSelector).toEqual({ matchLabels: { [LABELS.managedBy]: 'tessera' } });
  });
});
