import { describeWithService } from '@tessera/testing-services';
import { capacityIsReal } from './capacity-is-real';

jest.setTimeout(240_000);

describe('capacity of the simulated cluster', () => {
  capacityIsReal();
});
describeWithService('kubernetes', 'capacity on a real API server', () => {
  capacityIsReal('--kubernetes', 'real');
});
