import { LostAnswerError, type Problem } from '@tessera/application-reconciliation';
import { isRefused, isUnknownKind, KubernetesApiError, missingNamespace } from '../api/errors';
import { GuardrailError } from './guardrail-error';
import { NamespaceRefusedError } from './project-namespaces';

interface Refusal {
  readonly pattern: RegExp;
  readonly reason: string;
  /** Message with what to do; `$1` is the first group of the pattern. */
  readonly words: string;
  /** Only a change of the workload helps. */
  readonly final: boolean;
}

/**
 * Error texts of the API server for missing prerequisites, or for which the request has a better name than Kubernetes.
 * They have no reason of their own: all are `Forbidden` or `Invalid`.
 */
const REFUSALS: readonly Refusal[] = [
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
    reason: 'PortTaken',
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

/** Converts a failed write to a problem of the workload; the message names the field if it is known. */
export function problemOf(error: unknown): Problem {
  if (error instanceof LostAnswerError) return problemOf(error.cause);
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof GuardrailError) return { final: false, reason: 'GuardrailRefused', message };
  if (error instanceof NamespaceRefusedError) return { final: false, reason: error.reason, message };
  if (error instanceof KubernetesApiError && isUnknownKind(error)) {
    const missing = missingNamespace(error);
    if (missing === undefined)
      return {
        final: false,
        reason: 'KindMissing',
        message: `The cluster does not know this kind of object: ${message}`,
      };
  }
  if (isRefused(error)) {
    for (const { pattern, reason, words, final } of REFUSALS) {
      const found = pattern.exec(message);
      if (found !== null)
        return {
          final,
          reason,
          message: words.replace(/\$(\d)/g, (_all, group: string) => found[Number(group)] ?? ''),
        };
    }
    return { final: true, reason: 'RefusedByCluster', message };
  }
  const missing = missingNamespace(error);
  if (missing === undefined) return { final: false, reason: 'ClusterUnavailable', message };
  return {
    final: false,
    reason: 'NamespaceMissing',
    message: `The namespace "${missing}" of the project does not exist in the cluster; create it, and the workload will continue.`,
  };
}
