import { servingAccess } from '../access/serving-access';
import type { IgnoredField } from '../intent';
import type { ExposedUrl, InferenceSpec } from '../spec';
import { given } from './ignored-fields';

const OF_URL =
  'the platform does not enforce access yet: every client that reaches the address can call the workload';

/**
 * Fields that restrict the callers of an address that does not lead through the gateway, each with the reason why it
 * has no effect: an unprotected address must not appear protected. Empty for a workload without such fields.
 */
export const unenforcedAccess = (spec: InferenceSpec): readonly IgnoredField[] =>
  given<ExposedUrl>(spec.exposedUrls, 'spec.exposedUrls').flatMap(({ item, at }) =>
    LISTS.filter((name) => (item[name] ?? '').length > 0).map((name) => ({
      field: `${at}.${name}`,
      reason: OF_URL,
    })),
  );

const LISTS = ['authorizationType', 'authorizedUsers', 'authorizedGroups'] as const;

/**
 * What gateways enforce at the endpoint of the workload, as a sentence; undefined where everybody may call it.
 * `guardsUrls`: its exposed URLs lead through the gateway as well.
 */
export function enforcedAccess(spec: InferenceSpec, guardsUrls = false): string | undefined {
  const { servingPort } = spec;
  const urls = guardsUrls && unenforcedAccess(spec).length > 0;
  const access = servingAccess(servingPort ?? {});
  const inside = servingPort?.clusterLocalAccessOnly === true;
  const ofUrls = 'at exposed URLs it lets in those whom they name';
  if (access === 'public' && !inside) return urls ? `the gateway lets in everybody; ${ofUrls}` : undefined;
  const where = inside ? ', from inside the cluster only' : '';
  return `the gateway lets in ${whom(access)}${where}${urls ? `; ${ofUrls}` : ''}`;
}

function whom(access: ReturnType<typeof servingAccess>): string {
  if (access === 'public') return 'everybody';
  if (access === 'authenticated') return 'every caller with an accepted token or a serving key';
  if (access === 'nobody') return 'holders of a serving key alone: authorizationType needs a list of callers';
  return `${access.users.length} users and ${access.groups.length} groups, and holders of a serving key`;
}
