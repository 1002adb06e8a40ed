import { describeWithService } from '@tessera/testing-services';
import { faultsAreTold } from './fault-reports';

jest.setTimeout(240_000);

describe('faults on the simulated cluster', () => {
  faultsAreTold('simulator');
});
describeWithService('kubernetes', 'faults on a real API server', () => {
  faultsAreTold('real');
});
