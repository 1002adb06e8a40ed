import { POLICIES, type PolicyName } from '@tessera/domain-placement';
import type { Config } from '@tessera/platform-config';

/** Placement policies of the scheduler and of single node pools, as the placement domain names them. */
export interface PlacementPolicies {
  readonly TESSERA_PLACEMENT_POLICY: PolicyName;
  readonly TESSERA_POOL_POLICIES: Readonly<Record<string, PolicyName>>;
}

/** The configured policies, and one problem for each name that is no policy of the domain. */
export function checkPolicies({
  TESSERA_PLACEMENT_POLICY: policy,
  TESSERA_POOL_POLICIES: byPool,
}: Config<keyof PlacementPolicies>): {
  readonly policies: PlacementPolicies;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const checked = (setting: keyof PlacementPolicies, given: string, name: string): PolicyName => {
    const known = POLICIES.find((one) => one === name);
    if (known === undefined)
      problems.push(`${setting}="${given}": "${name}" is none of the policies ${POLICIES.join(', ')}`);
    return known ?? POLICIES[0];
  };
  const policies = {
    TESSERA_PLACEMENT_POLICY: checked('TESSERA_PLACEMENT_POLICY', policy, policy),
    TESSERA_POOL_POLICIES: Object.fromEntries(
      Object.entries(byPool).map(([pool, name]) => [
        pool,
        checked('TESSERA_POOL_POLICIES', `${pool}=${name}`, name),
      ]),
    ),
  };
  return { policies, problems };
}
