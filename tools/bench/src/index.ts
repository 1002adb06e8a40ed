export { readScenarios } from './placement-mig/parvagpu';
export { inflate } from './placement-trace/inflation';
export { demandOf, mixOf, readNodes, readPods, requestOf } from './placement-trace/openb';
export { seeded, shuffled } from './placement-trace/random';
