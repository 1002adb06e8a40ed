import { createHash } from 'node:crypto';
import type { Caller, KeyScope } from './caller';
import type { Keys } from './doorkeeper';
import type { Subject, Subjects } from './token-callers';

/** A serving key as gateways know it. */
export interface ServingKey {
  readonly id: string;
  /** SHA-256 of the key, base64url. */
  readonly digest: string;
  /** For whom the key is. */
  readonly name: string;
  readonly scope: KeyScope;
  /** RFC 3339; absent for one without end. */
  readonly expiresAt?: string;
}

/** All callers, as heard from the API at one time. */
export interface CallerSnapshot {
  readonly keys: readonly ServingKey[];
  readonly subjects: readonly Subject[];
}

interface KnownKey {
  readonly caller: Caller;
  /** Unix time, ms. */
  readonly until: number;
}

/** Keys and subjects as last heard. They stay as they are while the API does not answer. */
export class KnownCallers implements Keys, Subjects {
  private byId: ReadonlyMap<string, Subject> | undefined;
  private byDigest: ReadonlyMap<string, KnownKey> | undefined;

  /** `now`: the time of day, ms. `expected`: an API is configured that is to be heard; without one there are no keys. */
  constructor(
    private readonly now: () => number,
    private readonly expected = true,
  ) {}

  get subjects(): ReadonlyMap<string, Subject> | undefined {
    return this.byId;
  }

  hear({ keys, subjects }: CallerSnapshot): void {
    this.byId = new Map(subjects.map((subject) => [subject.id, subject]));
    this.byDigest = new Map(keys.map((key) => [key.digest, known(key)]));
  }

  callerOf(key: string): Caller | 'unheard' | undefined {
    if (this.byDigest === undefined) return this.expected ? 'unheard' : undefined;
    const found = this.byDigest.get(createHash('sha256').update(key).digest('base64url'));
    return found === undefined || found.until <= this.now() ? undefined : found.caller;
  }
}

const known = ({ id, name, scope, expiresAt }: ServingKey): KnownKey => ({
  caller: { kind: 'key', id, name, rights: { scope } },
  until: expiresAt === undefined ? Infinity : Date.parse(expiresAt),
});
