export { KAFKA_VARIABLES, openKafkaLog } from './from-config';
export { createKafkaLog, type KafkaLogOptions } from './kafka-log';
