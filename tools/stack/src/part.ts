import type { PartKind } from './connection';
import type { StackSecrets } from './secrets';
import type { StackSettings } from './settings';
import type { Supervisor } from './supervisor';

/** A part of the platform that is not ours: where it is, whether it is the real thing, and why. */
export interface Part<A> {
  readonly address: A;
  readonly kind: PartKind;
  readonly why: string;
}

/** What the start of each part is given. */
export interface PartsContext {
  readonly settings: StackSettings;
  readonly secrets: StackSecrets;
  readonly supervisor: Supervisor;
  readonly say: (line: string) => void;
}
