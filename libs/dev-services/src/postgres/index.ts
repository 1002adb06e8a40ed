export { startPostgres, type LocalPostgres } from './server';
export { temporaryPostgres, type TemporaryPostgres } from './temporary';
