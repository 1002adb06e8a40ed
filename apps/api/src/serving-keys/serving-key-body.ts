import { stateOf, type ServingKeyRecord } from '@tessera/application-control-plane';
import type { Answer } from '@tessera/contracts-rest';
import { maybe } from '@tessera/kernel';

/** A key as the API shows it; `now` decides whether it has expired. */
export const toServingKeyBody = (key: ServingKeyRecord, now: string): Answer<'get_serving_key'>['body'] => ({
  id: key.id,
  name: key.name,
  hint: key.hint,
  status: stateOf(key, now),
  opens: key.opens.map(({ projectId, projectName, workloadIds }) => ({
    ...{ projectId, projectName },
    ...maybe('workloadIds', workloadIds === null ? undefined : [...workloadIds]),
  })),
  limits: key.limits,
  priority: key.priority,
  ...maybe('expiresAt', key.expiresAt),
  ...maybe('previousSecretUntil', overlapOf(key, now)),
  ...maybe('revokedAt', key.revokedAt),
  createdAt: key.createdAt,
  createdBy: key.createdBy,
  updatedAt: key.updatedAt,
  updatedBy: key.updatedBy,
});

const overlapOf = ({ previousUntil }: ServingKeyRecord, now: string): string | undefined =>
  previousUntil !== null && previousUntil > now ? previousUntil : undefined;
