import { describeWithService } from '@tessera/testing-services';
import { faultsAreReported } from './fault-reports';

jest.setTimeout(240_000);

describe('faults on the simulated cluster', () => {
  faultsAreReported('simulator');
});
describeWithService('kubernetes', 'faults on a real API server', () => {
  faultsAreReported('real');
});
