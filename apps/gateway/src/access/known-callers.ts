import { hash } from 'node:crypto';
import type { FeedKey, FeedSnapshot, FeedSubject } from '@tessera/contracts-internal/gateway';
import { maybe } from '@tessera/kernel';
import type { Caller } from './caller';
import type { Keys } from './doorkeeper';
import type { Subjects } from './token-callers';

/** All callers, as heard from the API at one time. */
export type CallerSnapshot = Pick<FeedSnapshot, 'keys' | 'subjects'>;

interface KnownKey {
  readonly caller: Caller;
  /** Unix time, ms. */
  readonly until: number;
}

/** Keys and subjects as last heard. They stay as they are while the API does not answer. */
export class KnownCallers implements Keys, Subjects {
  private byId: ReadonlyMap<string, FeedSubject> | undefined;
  private byDigest: ReadonlyMap<string, KnownKey> | undefined;

  /** `now`: the time of day, ms. `expected`: an API is configured that is to be heard; without one there are no keys. */
  constructor(
    private readonly now: () => number,
    private readonly expected = true,
  ) {}

  get subjects(): ReadonlyMap<string, FeedSubject> | undefined {
    return this.byId;
  }

  hear({ keys, subjects }: CallerSnapshot): void {
    this.byId = new Map(subjects.map((subject) => [subject.id, subject]));
    this.byDigest = new Map(keys.map((key) => [key.digest, known(key)]));
  }

  callerOf(key: string): Caller | 'unheard' | undefined {
    if (this.byDigest === undefined) return this.expected ? 'unheard' : undefined;
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
