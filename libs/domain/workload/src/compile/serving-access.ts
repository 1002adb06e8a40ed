import type { IgnoredField } from '../intent';
import type { ExposedUrl, InferenceSpec } from '../spec';
import { given } from './ignored-fields';

const OF_ENDPOINT = 'nothing enforces it yet: everybody who reaches the gateway can call the workload';
const OF_URL =
  'nothing of the platform enforces it yet: everybody who reaches the address can call the workload';

/**
 * Fields that ask for fewer callers than everybody, each with why it does nothing: a workload must not look protected that
 * is not. Empty for a workload that asks for none.
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
