import type { ExternalServiceKind } from './connection';
import type { StackSecrets } from './secrets';
import type { StackSettings } from './settings';
import type { Supervisor } from './supervisor';

/** A part of the platform that is not ours: where it is, whether it is the real thing, and why. */
export interface ExternalService<A> {
  readonly address: A;
  readonly kind: ExternalServiceKind;
  readonly why: string;
}

/** What the start of each part is given. */
export interface ExternalServicesContext {
  readonly settings: StackSettings;
  readonly secrets: StackSecrets;
  readonly supervisor: Supervisor;
  readonly say: (line: string) => void;
}
