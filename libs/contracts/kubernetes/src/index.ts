export * from './allocation';
export * from './gateway-lease';
export * from './guardrails';
export * from './mig-change';
export * from './names';
export * from './pod-owner';
export * from './project-network';
export * from './reservation';
