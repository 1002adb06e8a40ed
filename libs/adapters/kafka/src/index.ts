export { KAFKA_VARIABLES, kafkaOptions, type KafkaConfig } from './from-config';
export { createKafkaLog, type KafkaLogOptions } from './kafka-log';
