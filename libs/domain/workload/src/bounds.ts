/**
 * Most replicas of one workload. What a workload costs the platform (placement, pods, the record of its state in the event
 * log) grows with this number, so it stands in the schema of the API and the scheduler keeps to it as well: a row of another
 * origin that asks for more is told so and costs no more than one that asks for this many.
 */
export const MAX_REPLICAS = 1000;
