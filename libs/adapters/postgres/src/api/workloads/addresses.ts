import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { Creation } from '@tessera/application-control-plane';
import { assigned, columnsOf, selected, tableOf } from '../../entities/statements';
import { ADDRESSES } from '../../entities/workloads';
import { rowsOf, type Prepared } from '../../prepared';

const CLAIMED = ['clusterId', 'kind', 'value', 'workloadId'] as const;
/**
 * In a fixed order, so that concurrent transactions never deadlock. Stays SQL: a repository neither orders what it
 * inserts nor returns only the rows that were free.
 */
const CLAIM: Prepared = {
  name: 'claim addresses',
  text: `insert into ${tableOf(ADDRESSES)} (${columnsOf(ADDRESSES, CLAIMED)})
    select $1::uuid, kind, value, $2::uuid
    from unnest($3::text[], $4::text[]) as asked (kind, value) order by kind, value
    on conflict do nothing returning ${selected(ADDRESSES, ['kind', 'value'])}`,
};

/** Run this when the workload is deleted. */
export const RELEASE_ADDRESSES = `delete from ${tableOf(ADDRESSES)} where ${assigned(ADDRESSES, ['workloadId'], 1)}`;

/** An index cannot hold long texts. */
const MAX_LENGTH = 500;
const stored = (value: string): string =>
  value.length <= MAX_LENGTH ? value : createHash('sha256').update(value).digest('hex');

/**
 * Claims the addresses for the new workload. Returns the ones that other workloads of its cluster have; if there are
 * any, roll the transaction back. Waits for concurrent claims of the same addresses.
 */
export async function claimAddresses(
  on: PoolClient,
  { workload, addresses }: Creation,
): Promise<Creation['addresses']> {
  if (addresses.length === 0) return [];
  const rows = await rowsOf<{ kind: string; value: string }>(on, CLAIM, [
    workload.project.clusterId,
    workload.id,
    addresses.map(({ kind }) => kind),
    addresses.map(({ value }) => stored(value)),
  ]);
  const got = new Set(rows.map(({ kind, value }) => `${kind} ${value}`));
  return addresses.filter(({ kind, value }) => !got.has(`${kind} ${stored(value)}`));
}
