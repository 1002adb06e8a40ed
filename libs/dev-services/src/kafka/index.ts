export { startKafka, type KafkaBroker } from './broker';
export { ensureKafka } from './ensure';
export { findKafka, type KafkaInstallation } from './installation';
export type { BrokerSettings, SecureListener } from './properties';
export { clusterId } from './storage';
