export { QuotaBook, type QuotaBreach, type QuotaRule } from './quota-book';
