export * from './broker';
export * from './ensure';
export * from './installation';
export { brokerProperties, type BrokerSettings } from './properties';
