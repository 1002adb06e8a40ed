import type { V1Namespace } from '@kubernetes/client-node';
import type { ProjectNamespace } from '@tessera/application-reconciliation';
import { ANNOTATIONS, LABELS, MANAGED_BY } from '@tessera/contracts-kubernetes';
import { podSecurityLevel, probesNameHosts, type Guardrails } from '@tessera/domain-workload';

const POD_SECURITY = 'pod-security.kubernetes.io';
const ENFORCED = `${POD_SECURITY}/enforce`;
const VERSION = `${ENFORCED}-version`;
/** Last version of the level `baseline` that lets probes set a host. */
const BEFORE_PROBE_HOSTS = 'v1.33';

/**
 * Pod Security admission labels for the namespace of a project: the cluster then admits only what the guardrails allow,
 * also for pods that are created without Tessera.
 */
export function podSecurityLabels(rules: Guardrails): Readonly<Record<string, string>> {
  const level = podSecurityLevel(rules);
  return {
    [ENFORCED]: level,
    [VERSION]: level !== 'privileged' && probesNameHosts(rules) ? BEFORE_PROBE_HOSTS : 'latest',
    [`${POD_SECURITY}/warn`]: level,
    [`${POD_SECURITY}/audit`]: level,
  };
}

/** True if the labels of a namespace make the cluster refuse pods above the level `restricted`. */
export const isRestricted = (labels: Marked['labels']): boolean => labels?.[ENFORCED] === 'restricted';

/** Namespace of a project. */
export function projectNamespace(
  { namespace, projectName, projectId }: ProjectNamespace,
  rules: Guardrails,
): V1Namespace {
  const labels = {
    [LABELS.managedBy]: MANAGED_BY,
    [LABELS.project]: projectName,
    [LABELS.projectId]: projectId,
    ...podSecurityLabels(rules),
  };
  const annotations = { [ANNOTATIONS.podSecurity]: markOf(rules) };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels, annotations } };
}

/** Annotation that marks the level as set by Tessera, to distinguish it from one set by an administrator. */
const markOf = (rules: Guardrails): string => {
  const labels = podSecurityLabels(rules);
  return `${labels[ENFORCED]}/${labels[VERSION]}`;
};

interface Marked {
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/**
 * The patch that brings a namespace created by Tessera to the level of the guardrails; undefined if nothing changes. A
 * level that an administrator of the cluster has set is kept.
 */
export function podSecurityPatch({ labels, annotations }: Marked, rules: Guardrails): object | undefined {
  const wanted = podSecurityLabels(rules);
  const mark = annotations?.[ANNOTATIONS.podSecurity];
  const level = labels?.[ENFORCED];
  const theirs =
    level !== undefined && (mark === undefined || mark !== `${level}/${labels?.[VERSION] ?? 'latest'}`);
  const inOrder = Object.entries(wanted).every(([name, value]) => labels?.[name] === value);
  if (theirs || inOrder) return undefined;
  return { metadata: { labels: wanted, annotations: { [ANNOTATIONS.podSecurity]: markOf(rules) } } };
}
