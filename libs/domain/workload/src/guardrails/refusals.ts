import { given } from '../compile/ignored-fields';
import type { ExposedUrl, HostPath, InferenceSpec, Port, Toleration } from '../spec';
import { isBelowBase, urlHost, type ExposedHosts } from './exposed-hosts';
import { allowsAny, type GuardrailName, type Guardrails } from './guardrails';
import { allowsHost, allowsImage, allowsName, allowsPath, sameHost } from './patterns';

/** A field that one of the operator's rules refuses. */
export interface GuardrailRefusal {
  /** Path in the request body, such as `spec.storage.hostPath[0].path`. */
  readonly field: string;
  readonly rule: GuardrailName;
  readonly message: string;
}

/** Most refusals in one answer. */
export const MOST_REFUSALS = 100;

/** Rules and hosts that a spec is checked against. */
export interface GuardrailContext {
  readonly rules: Guardrails;
  readonly hosts: ExposedHosts;
}

type Refuse = (field: string, message: string) => void;
type Check = (spec: InferenceSpec, held: GuardrailContext, refuse: Refuse) => void;

/** Taints that keep workloads off the nodes of a control plane: Kubernetes' own, and those of common distributions. */
const CONTROL_PLANE_TAINTS: readonly string[] = [
  'node-role.kubernetes.io/control-plane',
  'node-role.kubernetes.io/master',
  'node-role.kubernetes.io/controlplane',
  'node-role.kubernetes.io/etcd',
  'CriticalAddonsOnly',
];

const listed = (list: readonly string[]): string => (list.length === 0 ? 'none' : list.join(', '));

const CHECKS: Readonly<Record<Exclude<GuardrailName, 'namespaces'>, Check>> = {
  hostPaths: ({ storage }, { rules: { hostPaths } }, refuse) => {
    for (const { item, at } of given<HostPath>(storage?.hostPath, 'spec.storage.hostPath'))
      if (!allowsPath(hostPaths, item.path ?? ''))
        refuse(`${at}.path`, `this path of the node must not be mounted; allowed: ${listed(hostPaths)}`);
  },
  capabilities: ({ security }, { rules: { capabilities } }, refuse) =>
    (security?.capabilities ?? []).forEach((capability, index) => {
      if (!allowsAny(capabilities) && !capabilities.includes(capability))
        refuse(
          `spec.security.capabilities[${index}]`,
          `the capability ${capability} must not be added; allowed: ${listed(capabilities)}`,
        );
    }),
  seccompProfiles: ({ security }, { rules: { seccompProfiles } }, refuse) => {
    const profile = security?.seccompProfileType;
    if (profile && !seccompProfiles.includes(profile))
      refuse(
        'spec.security.seccompProfileType',
        `the seccomp profile ${profile} must not be used; allowed: ${listed(seccompProfiles)}`,
      );
  },
  runAsNonRoot: ({ security }, { rules: { runAsNonRoot } }, refuse) => {
    if (runAsNonRoot === 'optional' || !security) return;
    if (security.runAsNonRoot === false)
      refuse('spec.security.runAsNonRoot', 'containers must not run as root: leave it out or set it to true');
    const ownIds = (security.uidGidSource ?? 'fromTheImage') !== 'fromTheImage';
    if (ownIds && security.runAsUid === 0)
      refuse('spec.security.runAsUid', 'containers must not run as root: set an id other than 0');
  },
  controlPlaneTolerations: ({ tolerations }, { rules }, refuse) => {
    if (rules.controlPlaneTolerations === 'allowed') return;
    for (const { item, at } of given<Toleration>(tolerations, 'spec.tolerations')) {
      if (!item.key)
        refuse(
          `${at}.key`,
          'a toleration of every taint would allow the nodes of the control plane; name a key',
        );
      else if (CONTROL_PLANE_TAINTS.includes(item.key))
        refuse(
          `${at}.key`,
          `the taint ${item.key} keeps workloads off the control plane and must not be tolerated`,
        );
    }
  },
  nodePorts: (spec, { rules }, refuse) => {
    if (rules.nodePorts === 'refused') refuseServices(spec, 'NodePort', 'ports of nodes', refuse);
  },
  loadBalancers: (spec, { rules }, refuse) => {
    if (rules.loadBalancers === 'refused') refuseServices(spec, 'LoadBalancer', 'load balancers', refuse);
  },
  probeHosts: ({ probes }, { rules: { probeHosts } }, refuse) => {
    const host = probes?.readiness?.handler?.httpGet?.host;
    if (host && !allowsHost(probeHosts, host))
      refuse(
        'spec.probes.readiness.handler.httpGet.host',
        `the node would probe ${host} instead of the pod; leave the host out; allowed: ${listed(probeHosts)}`,
      );
  },
  nfsServers: ({ storage }, { rules: { nfsServers } }, refuse) => {
    for (const { item, at } of given(storage?.nfs, 'spec.storage.nfs'))
      if (!allowsHost(nfsServers, item.server ?? ''))
        refuse(
          `${at}.server`,
          `the node must not mount from ${item.server ?? 'nowhere'}; allowed: ${listed(nfsServers)}`,
        );
  },
  priorityClasses: ({ priorityClass }, { rules: { priorityClasses } }, refuse) => {
    if (priorityClass && !allowsName(priorityClasses, priorityClass))
      refuse(
        'spec.priorityClass',
        `the priority class ${priorityClass} must not be used; allowed: ${listed(priorityClasses)}`,
      );
  },
  imageRegistries: ({ image }, { rules: { imageRegistries } }, refuse) => {
    if (image && !allowsImage(imageRegistries, image))
      refuse('spec.image', `images must come from these registries: ${listed(imageRegistries)}`);
  },
  exposedHosts: ({ exposedUrls, servingPort }, held, refuse) => {
    for (const { item, at } of given<ExposedUrl>(exposedUrls, 'spec.exposedUrls'))
      exposedHost(item.url, `${at}.url`, held, refuse);
    exposedHost(servingPort?.exposedUrl, 'spec.servingPort.exposedUrl', held, refuse);
  },
};

function refuseServices(
  { ports }: InferenceSpec,
  type: 'NodePort' | 'LoadBalancer',
  what: string,
  refuse: Refuse,
): void {
  for (const { item, at } of given<Port>(ports, 'spec.ports'))
    if (item.serviceType === type)
      refuse(`${at}.serviceType`, `${what} are not allowed for workloads on this platform; use ClusterIP`);
}

/** No workload may use the hosts of the platform itself, whatever the rules. */
function exposedHost(
  url: string | null | undefined,
  field: string,
  { rules: { exposedHosts }, hosts }: GuardrailContext,
  refuse: Refuse,
): void {
  if (!url) return;
  const host = urlHost(url);
  if (host !== undefined && hosts.reserved.some((own) => sameHost(own) === host))
    return refuse(field, `the host ${host} is reserved for the platform`);
  if (host !== undefined && isBelowBase(host, hosts.servingDomain))
    return refuse(
      field,
      `hosts below ${hosts.servingDomain} are those of serving endpoints, which need no URL`,
    );
  if (allowsAny(exposedHosts)) return;
  if (host !== undefined && (isBelowBase(host, hosts.base) || allowsHost(exposedHosts, host))) return;
  const allowed = [...(hosts.base === undefined ? [] : [`*.${sameHost(hosts.base)}`]), ...exposedHosts];
  refuse(field, `the URL must have an allowed host; allowed: ${listed(allowed)}`);
}

/**
 * Every field of a spec that the rules refuse, at most {@link MOST_REFUSALS}. The spec must be complete: the request
 * with the defaults of the policy applied.
 */
export function refusals(
  spec: InferenceSpec | Readonly<Record<string, unknown>>,
  held: GuardrailContext,
): readonly GuardrailRefusal[] {
  const found: GuardrailRefusal[] = [];
  for (const [rule, check] of Object.entries(CHECKS) as [GuardrailName, Check][])
    check(spec as InferenceSpec, held, (field, message) => {
      if (found.length < MOST_REFUSALS) found.push({ field, rule, message });
    });
  return found;
}

/** Why a new project may not use a namespace; undefined where it may. */
export const namespaceOutside = (
  namespace: string,
  { namespaces }: Guardrails,
  field = 'requestedNamespace',
): GuardrailRefusal | undefined =>
  allowsName(namespaces, namespace)
    ? undefined
    : {
        field,
        rule: 'namespaces',
        message: `projects must not use the namespace ${namespace}; allowed: ${listed(namespaces)}`,
      };
