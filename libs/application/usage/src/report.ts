import type { UsageGroup } from '@tessera/contracts-rest';
import type { Paged, Visibility } from '@tessera/application-control-plane';
import type { Period, PriceTable } from '@tessera/domain-usage';

/** Which usage is asked for. Times are milliseconds since the epoch; the period consists of full hours. */
export interface UsageQuery {
  readonly seen: Visibility;
  readonly period: Period;
  /** Allocations without an end are counted until then. */
  readonly now: number;
  readonly groupBy: readonly UsageGroup[];
  readonly workloadIds?: readonly string[] | undefined;
  readonly projectIds?: readonly string[] | undefined;
  readonly departmentIds?: readonly string[] | undefined;
  readonly nodePools?: readonly string[] | undefined;
  /** Without it, usage has no cost. */
  readonly prices?: PriceTable | undefined;
}

/** The value of one group; `value` is absent where nothing is known, `name` where the value is not an id. */
export interface GroupValue {
  readonly key: UsageGroup;
  readonly value?: string;
  readonly name?: string;
}

/** Usage of one group. GPU time is in GPU-hours. */
export interface UsageRow {
  readonly groups: readonly GroupValue[];
  readonly allocatedGpuHours: number;
  /** Of these, how many had a measured utilisation. */
  readonly measuredGpuHours: number;
  /** Of the measured ones, weighted by utilisation; absent where none was measured. */
  readonly usedGpuHours?: number;
  /** In hours without work; absent where no hour is known to be idle or not. */
  readonly idleGpuHours?: number;
  readonly requests: number;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
  /** In the currency of the price table. */
  readonly cost?: number;
}

export interface UsageReader {
  /** Usage that the caller may see, by group, in the order of the groups. */
  report(
    query: UsageQuery,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<Paged<UsageRow>>;
}
