import { createHash } from 'node:crypto';
import type { FeedKey } from '@tessera/contracts-internal/gateway';

/** A key for all workloads of the project `p1`; its id equals the secret. */
export const servingKey = (secret: string, more: Partial<FeedKey> = {}): FeedKey => ({
  id: secret,
  digest: createHash('sha256').update(secret).digest('base64url'),
  name: `program with ${secret}`,
  scope: { projects: ['p1'], workloads: [] },
  limits: {},
  priority: 'normal',
  ...more,
});

/** The headers of a request with the key. */
export const withKey = (secret: string): Record<string, string> => ({ authorization: `Bearer ${secret}` });
