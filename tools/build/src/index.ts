export { bundle } from './bundle';
export { buildSite } from './site';
