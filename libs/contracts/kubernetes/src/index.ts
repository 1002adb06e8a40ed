export * from './names';
export * from './allocation';
export * from './holder';
export * from './mig-change';
export * from './pod-owner';
export * from './guardrails';
export * from './project-network';
export * from './exposed-host';
