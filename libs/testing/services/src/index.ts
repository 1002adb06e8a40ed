export { migratedDatabase, testDatabase, type TestDatabase } from './database';
export * from './describe-with-service';
export * from './eventually';
export { coded, foreignIssuer, signed, type ForeignIssuer } from './foreign-issuer';
export * from './http-routes';
export * from './kafka';
export * from './kubernetes';
export * from './prometheus';
