import type { WorkloadIntent } from '../intent';

/** A rule that allows or refuses as a whole. */
export type Permit = 'allowed' | 'refused';

/**
 * Rules of the platform's operator on what workloads may request. A list names the allowed values; `*` in it allows
 * everything, and an empty list nothing.
 */
export interface Guardrails {
  /** Paths of nodes that may be mounted, with everything below them. */
  readonly hostPaths: readonly string[];
  /** Capabilities that a container may add, without the prefix `CAP_`. */
  readonly capabilities: readonly string[];
  /** Seccomp profiles that may be requested; the default, `RuntimeDefault`, always applies without a request. */
  readonly seccompProfiles: readonly string[];
  /** Whether containers must not run as root. */
  readonly runAsNonRoot: 'optional' | 'required';
  /** Tolerations of the taints that keep workloads off the nodes of the control plane. */
  readonly controlPlaneTolerations: Permit;
  /** Ports of nodes (Services of type NodePort). */
  readonly nodePorts: Permit;
  /** Load balancers (Services of type LoadBalancer). */
  readonly loadBalancers: Permit;
  /** Hosts that a probe may name; a probe without a host goes to the pod itself, which is always allowed. */
  readonly probeHosts: readonly string[];
  /** Hosts of NFS servers; the node mounts them. */
  readonly nfsServers: readonly string[];
  readonly priorityClasses: readonly string[];
  /** Namespaces that a new project may request. */
  readonly namespaces: readonly string[];
  /** Registries of images, each with or without a path below it, as in `ghcr.io/our-team`. */
  readonly imageRegistries: readonly string[];
  /** Hosts of exposed URLs beside those below the platform's own base. */
  readonly exposedHosts: readonly string[];
}

export type GuardrailName = keyof Guardrails;

/** A set of rules by name. */
export type GuardrailPreset = 'privileged' | 'baseline' | 'restricted';

/** Capabilities that the level `baseline` of the Pod Security Standards lets a container add. */
const BASELINE_CAPABILITIES = [
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
] as const;

const ANY = ['*'] as const;

const BASELINE: Guardrails = {
  hostPaths: [],
  capabilities: BASELINE_CAPABILITIES,
  seccompProfiles: ['RuntimeDefault'],
  runAsNonRoot: 'optional',
  controlPlaneTolerations: 'refused',
  nodePorts: 'refused',
  loadBalancers: 'refused',
  probeHosts: [],
  nfsServers: [],
  priorityClasses: ANY,
  namespaces: ANY,
  imageRegistries: ANY,
  exposedHosts: [],
};

/**
 * The presets, named after the levels of the Pod Security Standards
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards/), which each keeps to or is stricter than.
 */
export const GUARDRAIL_PRESETS: Readonly<Record<GuardrailPreset, Guardrails>> = {
  privileged: {
    hostPaths: ANY,
    capabilities: ANY,
    seccompProfiles: ['RuntimeDefault', 'Unconfined'],
    runAsNonRoot: 'optional',
    controlPlaneTolerations: 'allowed',
    nodePorts: 'allowed',
    loadBalancers: 'allowed',
    probeHosts: ANY,
    nfsServers: ANY,
    priorityClasses: ANY,
    namespaces: ANY,
    imageRegistries: ANY,
    exposedHosts: ANY,
  },
  baseline: BASELINE,
  restricted: { ...BASELINE, capabilities: ['NET_BIND_SERVICE'], runAsNonRoot: 'required' },
};

/** Rules of a platform without settings of the operator. */
export const DEFAULT_GUARDRAILS: Guardrails = GUARDRAIL_PRESETS.baseline;

/** Rules that replace those of a preset or of the platform. */
export interface GuardrailOverrides {
  /** Starts from the rules of this preset instead of those of the platform. */
  readonly preset?: GuardrailPreset | undefined;
  readonly rules?: { readonly [K in GuardrailName]?: Guardrails[K] | undefined } | undefined;
}

/** Applies the overrides to the rules. */
export function withOverrides(base: Guardrails, overrides: GuardrailOverrides | undefined): Guardrails {
  const { preset, rules = {} } = overrides ?? {};
  const given = Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined));
  return { ...(preset === undefined ? base : GUARDRAIL_PRESETS[preset]), ...given };
}

/** Whether a list of rules allows everything. */
export const allowsAny = (list: readonly string[]): boolean => list.includes('*');

/** Level of the Pod Security Standards. */
export type PodSecurityLevel = GuardrailPreset;

/**
 * The strictest level of Pod Security that admits every pod which the rules allow; namespaces are labelled with it.
 * Hosts of probes are not considered; the level `baseline` refuses them from version 1.34 on (see {@link
 * probesNameHosts}).
 */
export function podSecurityLevel(rules: Guardrails): PodSecurityLevel {
  const within = (level: Guardrails): boolean =>
    rules.capabilities.every((one) => level.capabilities.includes(one)) &&
    rules.seccompProfiles.every((one) => level.seccompProfiles.includes(one));
  if (rules.hostPaths.length > 0 || !within(BASELINE)) return 'privileged';
  const strict =
    within(GUARDRAIL_PRESETS.restricted) &&
    rules.runAsNonRoot === 'required' &&
    rules.nfsServers.length === 0;
  return strict ? 'restricted' : 'baseline';
}

/** Whether probes of pods may name a host, which the level `baseline` refuses from its version 1.34 on. */
export const probesNameHosts = ({ probeHosts }: Guardrails): boolean => probeHosts.length > 0;

/** Adds `runAsNonRoot` to the intent where the rules require it. */
export const withinGuardrails = (intent: WorkloadIntent, rules: Guardrails): WorkloadIntent =>
  rules.runAsNonRoot === 'required'
    ? { ...intent, security: { ...intent.security, runAsNonRoot: true } }
    : intent;
