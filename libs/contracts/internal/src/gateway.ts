/** What gateways need of this contract; without the rest, whose schemas of the REST API take memory. */
export {
  FEED_WAIT_MS,
  FeedAlias,
  FeedAnswer,
  FeedKey,
  FeedLimits,
  feedPath,
  FeedSnapshot,
  FeedSubject,
  PRIORITIES,
  TrafficLimits,
  type Priority,
} from './gateway-feed';
export { latencyBucketOf } from './latency-buckets';
export {
  LOAD_REPORT_INTERVAL_MS,
  LoadReport,
  LoadReportAnswer,
  loadReportPath,
  wakePath,
  WakeRequest,
  type LimitPart,
  type LimitUse,
} from './load-report';
export { MOST_USAGE_ENTRIES, UsageReport, usageReportPath, type UsageEntry } from './usage-report';
