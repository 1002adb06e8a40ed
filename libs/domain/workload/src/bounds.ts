/**
 * Most replicas of one workload. The cost of a workload (placement, pods, its state record in the event log) grows with
 * this number, so both the API's schema and the scheduler enforce it: a row of another origin with more replicas gets a
 * condition and costs no more than one with this many.
 */
export const MAX_REPLICAS = 1000;
