import type { IgnoredField } from '../intent';
import type { ExposedUrl, InferenceSpec } from '../spec';
import { given } from './ignored-fields';

const OF_ENDPOINT = 'access is not enforced yet: every client that reaches the gateway can call the workload';
const OF_URL =
  'the platform does not enforce access yet: every client that reaches the address can call the workload';

/**
 * Fields that restrict the callers, each with the reason why it has no effect: an unprotected workload must not look
 * protected. Empty for a workload without such fields.
 */
export function unenforcedAccess(spec: InferenceSpec): readonly IgnoredField[] {
  const { authorizationType, clusterLocalAccessOnly } = spec.servingPort ?? {};
  const asked = [
    ...(authorizationType && authorizationType !== 'public' ? ['authorizationType'] : []),
    ...(clusterLocalAccessOnly === true ? ['clusterLocalAccessOnly'] : []),
  ];
  return [
    ...asked.map((name) => ({ field: `spec.servingPort.${name}`, reason: OF_ENDPOINT })),
    ...given<ExposedUrl>(spec.exposedUrls, 'spec.exposedUrls').flatMap(({ item, at }) =>
      LISTS.filter((name) => (item[name] ?? '').length > 0).map((name) => ({
        field: `${at}.${name}`,
        reason: OF_URL,
      })),
    ),
  ];
}

const LISTS = ['authorizationType', 'authorizedUsers', 'authorizedGroups'] as const;
