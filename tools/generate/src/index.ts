export { FULL_SPEC } from './realisation/full-spec';
export { objectsOf } from './realisation/table';
export { CALLS } from './api-guide/calls';
export { runExamples } from './api-guide/run';
export type { Example } from './api-guide/page';
