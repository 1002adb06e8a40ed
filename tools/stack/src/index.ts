export { startPostgres, type LocalPostgres } from './postgres';
export { startService } from './service';
