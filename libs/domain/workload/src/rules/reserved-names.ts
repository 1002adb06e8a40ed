/**
 * Keys of annotations and labels that a workload may not use, since programs of the platform, of Kubernetes and of the
 * nodes act on them: an annotation can give access to devices, a label can match a network policy or another's Service.
 */
interface Reserved {
  /** Who acts on these keys; shown to the caller as the reason. */
  readonly owner: string;
  /** DNS domains: a key below one of them or below one of their subdomains is reserved. */
  readonly domains?: readonly string[];
  /** Beginnings of keys without a domain of their own, lower case. */
  readonly beginnings?: readonly string[];
}

export const RESERVED_KEYS: readonly Reserved[] = [
  { owner: 'Tessera', domains: ['tessera.io'] },
  { owner: 'Kubernetes', domains: ['kubernetes.io', 'k8s.io'], beginnings: ['container.apparmor'] },
  {
    owner: 'Run:ai and its schedulers',
    domains: ['run.ai', 'kai.scheduler'],
    beginnings: ['runai/', 'runai-', 'gpu-fraction', 'gpu-memory'],
  },
  {
    owner: 'the GPU software of the nodes',
    domains: ['nvidia.com', 'hami.io', 'volcano.sh'],
    beginnings: ['k8s-device-plugin', 'k8s.device-plugin'],
  },
  {
    owner: 'the container runtime of the nodes',
    domains: ['nri.io'],
    beginnings: ['io.kubernetes.', 'io.containerd.', 'io.katacontainers.'],
  },
];

/**
 * Keys of Kubernetes' own domains that users set on their objects and no program acts on. Not among them:
 * `app.kubernetes.io/name`, `instance`, `component` and `managed-by`, which selectors of Services and network policies
 * use.
 */
export const FREE_KEYS: readonly string[] = [
  'app.kubernetes.io/version',
  'app.kubernetes.io/part-of',
  'app.kubernetes.io/created-by',
  'kubernetes.io/description',
];

/** Who acts on a key of an annotation or a label; undefined for a free key. The case of letters is ignored. */
export function reservedFor(key: string): string | undefined {
  const name = key.toLowerCase();
  if (FREE_KEYS.includes(name)) return undefined;
  const slash = name.indexOf('/');
  const domain = slash < 0 ? '' : name.slice(0, slash);
  return RESERVED_KEYS.find(
    ({ domains = [], beginnings = [] }) =>
      domains.some((reserved) => domain === reserved || domain.endsWith(`.${reserved}`)) ||
      beginnings.some((beginning) => name.startsWith(beginning)),
  )?.owner;
}

/** Message for a reserved key. */
export const reservedMessage = (key: string, owner: string): string =>
  `the name "${key}" is reserved for ${owner}; choose a name of your own`;
