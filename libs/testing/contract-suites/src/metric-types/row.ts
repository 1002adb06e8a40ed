import type { Scope } from '@tessera/application-measuring';

/** Values by the text of their labels. */
export type Want = Readonly<Record<string, number>>;
/** What the metric types of a scope are; a number stands for one series without labels. */
export interface Row {
  readonly scope: Scope;
  readonly types: Readonly<Record<string, number | Want>>;
}
