export * from './broker';
export * from './ensure';
export * from './installation';
export { brokerProperties, type BrokerSettings, type SecureListener } from './properties';
export { clusterId } from './storage';
