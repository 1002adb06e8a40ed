export {
  chargeOf,
  QuotaBook,
  type Charged,
  type QuotaBreach,
  type QuotaOwner,
  type QuotaRule,
} from './quota-book';
