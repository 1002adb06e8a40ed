import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { Creation } from '@tessera/application-submission';
import { rowsOf, type Prepared } from '../prepared';

/** In one order, so that two that want the same never wait for each other. */
const CLAIM: Prepared = {
  name: 'claim addresses',
  text: `insert into api.addresses (cluster_id, kind, value, workload_id)
    select $1::uuid, kind, value, $2::uuid
    from unnest($3::text[], $4::text[]) as asked (kind, value) order by kind, value
    on conflict do nothing returning kind, value`,
};

/** To be run when the workload is gone. */
export const RELEASE_ADDRESSES = 'delete from api.addresses where workload_id = $1';

/** An index holds no long texts. */
const MAX_LENGTH = 500;
const stored = (value: string): string =>
  value.length <= MAX_LENGTH ? value : createHash('sha256').update(value).digest('hex');

/**
 * Makes the addresses those of the new workload. Gives the ones that others of its cluster have: where there are any, the
 * transaction is to be rolled back. Waits for those who are about to take the same.
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
