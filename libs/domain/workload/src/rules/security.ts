import { groups } from '../compile/security';
import type { InferenceSpec } from '../spec';
import type { Report } from './violation';

/** Kubernetes keeps ids in 31 bits. */
const MAX_ID = 2 ** 31 - 1;
const isId = (id: number): boolean => Number.isInteger(id) && id >= 0 && id <= MAX_ID;

/** Ids apply, and are checked, only where they do not come from the image. */
export function securityRules(spec: InferenceSpec, report: Report): void {
  const security = spec.security ?? {};
  if (security.seccompProfileType === 'Localhost')
    report(
      'spec.security.seccompProfileType',
      'Localhost is not supported; use RuntimeDefault or Unconfined',
    );
  if ((security.uidGidSource ?? 'fromTheImage') === 'fromTheImage') return;
  for (const name of ['runAsUid', 'runAsGid'] as const) {
    const id = security[name];
    if (typeof id === 'number' && !isId(id))
      report(`spec.security.${name}`, `must be between 0 and ${MAX_ID}, not ${id}`);
  }
  if (!(groups(security.supplementalGroups) ?? []).every(isId))
    report('spec.security.supplementalGroups', 'must be a comma list of group ids such as "2,3,5"');
}
