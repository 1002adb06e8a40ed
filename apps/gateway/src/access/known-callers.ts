import { hash } from 'node:crypto';
import type { FeedKey, FeedSnapshot, FeedSubject } from '@tessera/contracts-internal/gateway';
import { maybe } from '@tessera/kernel';
import type { Caller } from './caller';
import type { ServingKeys } from './access-guard';
import type { Subjects } from './token-callers';

/** The callers in one snapshot of the API. */
export type CallerSnapshot = Pick<FeedSnapshot, 'keys' | 'subjects'>;

interface KnownKey {
  readonly caller: Caller;
  /** Unix time, ms. */
  readonly until: number;
}

/** Keys and subjects of the last snapshot. They are kept while the API cannot be reached. */
export class KnownCallers implements ServingKeys, Subjects {
  private byId: ReadonlyMap<string, FeedSubject> | undefined;
  private byDigest: ReadonlyMap<string, KnownKey> | undefined;

  /** `now`: Unix time, ms. `expected`: an API is configured, so a snapshot will come; without one there are no keys. */
  constructor(
    private readonly now: () => number,
    private readonly expected = true,
  ) {}

  get subjects(): ReadonlyMap<string, FeedSubject> | undefined {
    return this.byId;
  }

  /** Replaces all keys and subjects. */
  update({ keys, subjects }: CallerSnapshot): void {
    this.byId = new Map(subjects.map((subject) => [subject.id, subject]));
    this.byDigest = new Map(keys.map((key) => [key.digest, known(key)]));
  }

  callerOf(key: string): Caller | 'not-loaded' | undefined {
    if (this.byDigest === undefined) return this.expected ? 'not-loaded' : undefined;
    const found = this.byDigest.get(hash('sha256', key, 'base64url'));
    return found === undefined || found.until <= this.now() ? undefined : found.caller;
  }
}

const known = ({ id, name, scope, project, expiresAt, limits, priority }: FeedKey): KnownKey => ({
  caller: {
    ...{ kind: 'key', id, name, limits, priority },
    rights: { scope: { projects: new Set(scope.projects), workloads: new Set(scope.workloads) } },
    ...maybe('project', project),
  },
  until: expiresAt === undefined ? Infinity : Date.parse(expiresAt),
});
