import { tripsToZero } from './trips';

jest.setTimeout(900_000);

describe('workloads that sleep and wake under kills for minutes', () => {
  tripsToZero({ services: ['--kafka', 'embedded'], trips: 12 });
});
