/**
 * A case for the alert rules: series by minute in the notation of promtool, and the names of all alerts that fire at the
 * end. The test compares the complete list, so an alert that is not named must not fire.
 */
export interface Scenario {
  readonly name: string;
  readonly series: Readonly<Record<string, string>>;
  readonly fires: readonly string[];
  /** When the alerts are evaluated, minutes after the first sample; 40 by default. */
  readonly atMinutes?: number;
  /** Alerts that this scenario proves not to fire, though it has series of them. */
  readonly silent?: readonly string[];
}
