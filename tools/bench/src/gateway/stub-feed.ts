import { createHash, randomBytes } from 'node:crypto';
import { PROJECT } from '@tessera/testing-services/stub-cluster';
import { stubFeed, type StubFeed } from '@tessera/testing-services/stub-feed';

/** An API that has one serving key, which never changes. */
export interface FeedOfOneKey extends StubFeed {
  /** The serving key, which opens the project of the benchmark. */
  readonly secret: string;
}

/** Limits that are counted and never reached. */
const NEVER = 1_000_000_000;

export async function feedOfOneKey(): Promise<FeedOfOneKey> {
  const secret = `tsk-${randomBytes(24).toString('base64url')}`;
  const feed = await stubFeed({
    keys: [
      {
        id: '00000000-0000-4000-8000-0000000000b1',
        digest: createHash('sha256').update(secret).digest('base64url'),
        name: 'bench',
        scope: { projects: [PROJECT], workloads: [] },
        project: PROJECT,
        limits: { requestsPerMinute: NEVER, tokensPerMinute: NEVER, requestsInFlight: NEVER },
        priority: 'normal',
      },
    ],
    subjects: [],
    aliases: [],
  });
  return { ...feed, secret };
}
