import { describeWithService } from '@tessera/testing-services';
import { fieldsWork } from './fields-work';

jest.setTimeout(240_000);

describe('fields of the request on the simulated cluster', () => {
  fieldsWork('simulator');
});

describeWithService('kubernetes', 'fields of the request on a real API server', () => {
  fieldsWork('real');
});
