import { LostAnswerError, type Problem } from '@tessera/application-reconciliation';
import { isForbidden, isRefused, isUnknownKind, KubernetesApiError, missingNamespace } from '../api/errors';
import { GuardrailError } from './guardrail-error';
import { NamespaceRefusedError } from './project-namespaces';

interface KnownRefusal {
  readonly pattern: RegExp;
  readonly reason: string;
  /** Message with what to do; `$1` is the first group of the pattern. */
  readonly words: string;
  /** Only a change of the workload helps. */
  readonly final: boolean;
}

/**
 * Error texts of the API server for missing prerequisites, or for which the request has a better name than Kubernetes.
 * Their reason does not distinguish them: all are `Forbidden` or `Invalid`.
 */
const REFUSALS: readonly KnownRefusal[] = [
  {
    pattern: /no PriorityClass with name (\S+) was found/,
    reason: 'PriorityClassMissing',
    words:
      'spec.priorityClass: the cluster has no PriorityClass "$1"; create it, and the workload will continue.',
    final: false,
  },
  {
    pattern: /RuntimeClass "?([^"\s]+)"? not found/,
    reason: 'RuntimeClassMissing',
    words:
      'The cluster has no RuntimeClass "$1" (TESSERA_GPU_RUNTIME_CLASS); create it, and the workload will continue.',
    final: false,
  },
  {
    pattern: /exceeded quota: ([^,]{1,253}), (.*)/,
    reason: 'NamespaceQuotaExceeded',
    words: 'The ResourceQuota "$1" of the namespace is exhausted: $2.',
    final: false,
  },
  {
    pattern: /failed quota: ([^:]{1,253}): must specify (.*)/,
    reason: 'LimitsRequired',
    words:
      'The ResourceQuota "$1" of the namespace only admits containers that set $2. Set it in spec.compute, or ask for a LimitRange with defaults in the namespace; the workload will continue.',
    final: false,
  },
  {
    pattern: /is forbidden: \[?((?:minimum|maximum) \S{1,253} (?:usage|limit) .{1,2000}?)\]?$/,
    reason: 'OutsideLimitRange',
    words:
      'A LimitRange of the namespace refuses the workload: $1. Change spec.compute, or ask for another LimitRange; the workload will continue.',
    final: false,
  },
  {
    pattern: /admission webhook "([^"]{1,253})" denied the request:? ?(.*)/s,
    reason: 'AdmissionDenied',
    words:
      'The admission webhook "$1" of the cluster refuses the workload: $2. The workload will continue once it is admitted.',
    final: false,
  },
  {
    pattern: /ValidatingAdmissionPolicy '([^']{1,253})' with binding '[^']{1,253}' denied request: (.*)/s,
    reason: 'AdmissionDenied',
    words:
      'The admission policy "$1" of the cluster refuses the workload: $2. The workload will continue once it is admitted.',
    final: false,
  },
  {
    pattern: /service ?account .*serviceaccount "([^"]+)" not found/,
    reason: 'ServiceAccountMissing',
    words: 'The namespace of the project has no service account "$1" yet.',
    final: false,
  },
  {
    pattern: /namespace (\S+) because it is being terminated/,
    reason: 'NamespaceTerminating',
    words:
      'The namespace "$1" of the project is being deleted; the workload will continue once it exists again.',
    final: false,
  },
  {
    pattern: /Invalid value: (\d+): provided port is already allocated/,
    reason: 'PortConflict',
    words:
      'spec.ports[].external: the node port $1 is used by another Service of the cluster; choose another one.',
    final: true,
  },
  {
    pattern: /violates PodSecurity "([^"]+)": (.*)/,
    reason: 'PodSecurityRefused',
    words: 'The namespace of the project only admits pods of the level "$1": $2.',
    final: false,
  },
  {
    pattern: /seccompProfile\.localhostProfile/,
    reason: 'SeccompLocalhostUnsupported',
    words:
      'spec.security.seccompProfileType: Localhost needs a profile on the nodes, which the request cannot name; use RuntimeDefault or Unconfined.',
    final: true,
  },
];

/**
 * A webhook that cannot be reached refuses nothing itself: the API server answers 500 with its name (`failurePolicy:
 * Fail`).
 */
const WEBHOOK_DOWN = /failed calling webhook "([^"]{1,253})": (.*)/s;

/** A webhook chooses the status of its refusal itself. */
const DENIED = /admission webhook "[^"]{1,253}" denied the request/;

/** True if the cluster refused a pod because it is not of the level `restricted` of the Pod Security Standards. */
export const demandsRestricted = (error: unknown): boolean =>
  isForbidden(error) && /violates PodSecurity "restricted:/.test(String(error));

/** Converts a failed write to a problem of the workload; the message names the field if it is known. */
export function problemOf(error: unknown): Problem {
  if (error instanceof LostAnswerError) return problemOf(error.cause);
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof GuardrailError) return refused('GuardrailRefused', message);
  if (error instanceof NamespaceRefusedError) return refused(error.reason, message);
  if (error instanceof KubernetesApiError && isUnknownKind(error)) {
    const missing = missingNamespace(error);
    if (missing === undefined)
      return refused('KindMissing', `The cluster does not know this kind of object: ${message}`);
  }
  if (isRefused(error) || DENIED.test(message)) {
    for (const { pattern, reason, words, final } of REFUSALS) {
      const found = pattern.exec(message);
      if (found !== null)
        return refused(
          reason,
          words.replace(/\$(\d)/g, (_all, group: string) => found[Number(group)] ?? ''),
          final,
        );
    }
    // What the cluster forbids (rights, admission) it may allow without a change of the workload.
    return refused('RefusedByCluster', message, !isForbidden(error));
  }
  const [, webhook, why] = WEBHOOK_DOWN.exec(message) ?? [];
  if (webhook !== undefined)
    return refused(
      'WebhookUnavailable',
      `The admission webhook "${webhook}" of the cluster does not answer: ${why ?? ''}. The workload will continue once it does.`,
    );
  const missing = missingNamespace(error);
  if (missing === undefined) return { final: false, reason: 'ClusterUnavailable', message };
  return refused(
    'NamespaceMissing',
    `The namespace "${missing}" of the project does not exist in the cluster; create it, and the workload will continue.`,
  );
}

/** What the cluster does not admit, or lacks. */
const refused = (reason: string, message: string, final = false): Problem => ({
  final,
  refused: true,
  reason,
  message,
});
