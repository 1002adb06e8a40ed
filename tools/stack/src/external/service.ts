import type { ExternalServiceKind } from '../home/connection';
import type { StackSecrets } from '../home/secrets';
import type { StackSettings } from '../settings';
import type { Supervisor } from '../supervisor';

/** An external service: its address, whether it is real or embedded, and the reason. */
export interface ExternalService<A> {
  readonly address: A;
  readonly kind: ExternalServiceKind;
  readonly why: string;
}

/** Arguments for the start of an external service. */
export interface ExternalServicesContext {
  readonly settings: StackSettings;
  readonly secrets: StackSecrets;
  readonly supervisor: Supervisor;
  readonly log: (line: string) => void;
}
