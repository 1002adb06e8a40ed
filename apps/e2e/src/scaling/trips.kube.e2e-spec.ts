import { describeWithService } from '@tessera/testing-services';
import { tripsToZero } from './trips';

jest.setTimeout(300_000);

describe('workloads that sleep and wake under kills', () => {
  tripsToZero({ services: ['--kafka', 'embedded'], trips: 4 });
});

describeWithService('kubernetes', 'on a real API server', () => {
  describeWithService('kafka', 'workloads that sleep and wake under kills, with a real broker too', () => {
    tripsToZero({ services: ['--kafka', 'real', '--kubernetes', 'real'], trips: 4 });
  });
});
