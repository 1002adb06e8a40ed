export * from './names';
export * from './allocation';
export * from './reservation';
export * from './mig-change';
export * from './pod-owner';
export * from './guardrails';
export * from './project-network';
