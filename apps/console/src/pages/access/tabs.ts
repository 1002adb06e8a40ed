import { ApiError } from '../../api/api-error';
import type { May } from '../../api/rights';

/** The parts of the page, each with the right that it needs; the roles are for everybody who is signed in. */
const TABS = [
  ['keys', 'Serving keys', 'inferences'],
  ['rules', 'Access rules', 'access_rules'],
  ['applications', 'Applications', 'apps'],
  ['users', 'Users', 'users'],
  ['roles', 'Roles', undefined],
] as const;
export type Tab = (typeof TABS)[number][0];

/** What was read of a list that only readers of the whole tenant may read. */
interface Probe {
  readonly data: unknown;
  readonly error: unknown;
}

/** A list that the API refuses is no part of the page; until it has answered, neither. */
const isThere = (probe: Probe | undefined): boolean =>
  probe === undefined ||
  probe.data !== undefined ||
  (probe.error !== null && !(probe.error instanceof ApiError && probe.error.status === 403));

/**
 * The parts that the reader may see, with their labels. A right may hold for a department alone, while applications and
 * users belong to the tenant: what the API answered for these decides.
 */
export const tabsFor = (
  may: May,
  probes: Readonly<Partial<Record<Tab, Probe>>>,
): readonly (readonly [tab: Tab, label: string])[] =>
  TABS.filter(
    ([tab, , resource]) => resource === undefined || (may(resource, 'read') && isThere(probes[tab])),
  ).map(([tab, label]) => [tab, label]);
