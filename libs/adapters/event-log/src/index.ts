export { createPostgresLog, type PostgresLogOptions } from './postgres-log';
export { EVENT_LOG_VARIABLES, openEventLog, type EventLogConfig } from './open-event-log';
