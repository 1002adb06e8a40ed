/** The validated configuration (`MetricsConfig`). */
export const CONFIG = Symbol('configuration');
export const LOGGER = Symbol('logger');
export const CLOCK = Symbol('clock');
/** The metrics of the metrics service about itself (`MetricsOfMetrics`). */
export const METRICS = Symbol('metrics');
