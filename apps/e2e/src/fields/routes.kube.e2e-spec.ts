import { describeWithService } from '@tessera/testing-services';
import { routesWork } from './routes-work';

jest.setTimeout(240_000);

describe('URLs by the Gateway API on the simulated cluster', () => {
  routesWork('simulator');
});

describeWithService('kubernetes', 'URLs by the Gateway API on a real API server', () => {
  routesWork('real');
});
