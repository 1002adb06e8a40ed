export { quickParse } from './quick-parse';
export { REFUSED, sizeOf } from './quick-value';
