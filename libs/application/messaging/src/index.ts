export type {
  Drained,
  DrainLimits,
  EventLog,
  GroupPosition,
  IncomingRecord,
  OutboxLag,
  OutboxReader,
  OutboxRow,
  OutboxShare,
  OutgoingRecord,
  ParkedRow,
  SubscribeOptions,
  Subscription,
  TopicState,
} from './ports';
export { DEFAULT_RECORD_LIMIT, demandRecordSize, recordSize, RecordTooLargeError } from './record-size';
export { PublishError, type PublishOutcome } from './publish-error';
export { Relay } from './relay';
export { consumeEvents, type Received } from './consume';
export { DeadLetters, type DeadLetter, type DeadLetterFilter } from './dead-letters';
export { checkTopics, type DeclaredTopics } from './topics';
export { Troubles } from './troubles';
export {
  inTraceOf,
  tracedPublishing,
  untraced,
  type BegunSpan,
  type SpanAttributes,
  type Tracing,
} from './tracing';
