export { migratedDatabase, testDatabase, type TestDatabase } from './database';
export { describeWithService } from './describe-with-service';
export { eventually } from './eventually';
export { coded, foreignIssuer, signed, type ForeignIssuer } from './foreign-issuer';
export { HTTP_ROUTES } from './http-routes';
export { testKafka, testKafkaCluster, type TestKafka } from './kafka';
export { testKubernetes, type TestKubernetes } from './kubernetes';
export { testPrometheus, type TestPrometheus } from './prometheus';
