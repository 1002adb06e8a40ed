export { ENGINE_LABELS, ENGINE_SERIES, type EngineFigure } from './engine-series';
export {
  BUILT_IN_SCALING_QUERIES,
  ScalingQueries,
  scalingQueryOf,
  type ScalingQuery,
} from './scaling-queries';
export {
  API_LABELS,
  DEFAULT_NODE_POOL,
  GATEWAY_LABELS,
  OWNER_LABEL,
  SCHEDULER_LABELS,
  SERIES,
} from './series';
