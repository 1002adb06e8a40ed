export { openPostgresLog } from './from-config';
export { createPostgresLog } from './postgres-log';
export { clean } from './retention';
