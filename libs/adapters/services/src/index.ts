export * from './report-signature';
