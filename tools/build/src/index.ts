export { bundle } from './bundle';
