export { createKafkaLog, type KafkaLogOptions } from './kafka-log';
