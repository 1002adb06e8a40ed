export * from './broker';
export * from './ensure';
export * from './installation';
export type { BrokerSettings, SecureListener } from './properties';
export { clusterId } from './storage';
