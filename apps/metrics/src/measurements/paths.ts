/** Path of the measurements of a workload and its pods, for the API. */
export const MEASUREMENTS_PATH = 'internal/v1/namespaces/:namespace/workloads';
