export { openPostgresLog } from './from-config';
export { createPostgresLog, type PostgresLogOptions } from './postgres-log';
export { clean } from './retention';
