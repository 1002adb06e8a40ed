export { FULL_SPEC } from './compiled-fields/full-spec';
export { objectsOf } from './compiled-fields/table';
export { CALLS } from './api-guide/calls';
export { runExamples } from './api-guide/run';
export type { Example } from './api-guide/page';
