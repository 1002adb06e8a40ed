/**
 * Series by minute, in the notation of promtool, and the alerts that fire at the end. An alert of which a scenario has
 * series beside those that fire it must stay silent for them: the names that fire are compared as a whole.
 */
export interface Scenario {
  readonly name: string;
  readonly series: Readonly<Record<string, string>>;
  readonly fires: readonly string[];
  /** When the alerts are looked at, minutes after the first sample; 40 by default. */
  readonly atMinutes?: number;
  /** Alerts for which this scenario is the proof that they stay silent where they should. */
  readonly silent?: readonly string[];
}
