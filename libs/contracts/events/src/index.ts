export {
  commandsTopic,
  deadLetterMarksTopic,
  deadLetterTopic,
  eventsTopic,
  usageTopic,
  workloadsTopic,
  type Topic,
} from './topics';
export {
  ApplyCommand,
  COLD_START_STAGES,
  Condition,
  OrganisationUnit,
  OrgUnitVersions,
  PodState,
  RemoveCommand,
  WorkloadRef,
  WorkloadState,
  type ColdStartStage,
} from './data';
export { ScalingInputs } from './scaling-inputs';
export { EVENTS, type EventData, type EventName, type PublicEventName } from './table';
export {
  decodeEvent,
  encodeEvent,
  encodeTombstone,
  formatSequence,
  InvalidEventError,
  isEvent,
  type Decoded,
  type EventAttributes,
  type EventRecord,
  type TesseraEvent,
} from './envelope';
export { recordOf } from './kafka-message';
export { asyncApiDocument, dataSchema } from './asyncapi';
export { SAMPLE_ATTRIBUTES, SAMPLES } from './samples';
