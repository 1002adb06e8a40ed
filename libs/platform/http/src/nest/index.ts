export { body, DecodePipe, query } from './decode.pipe';
export { ErrorFilter } from './error.filter';
export { servesFrom } from './serves';
export { ServiceTokenGuard, Signed } from './service-token.guard';
