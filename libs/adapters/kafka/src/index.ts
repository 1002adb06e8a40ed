export { KAFKA_VARIABLES, openKafkaLog } from './from-config';
export { createKafkaLog } from './kafka-log';
