export { startPrometheus } from './server';
