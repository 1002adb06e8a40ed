import { describeWithService } from '@tessera/testing-services';
import { sleepsAndWakes } from './sleeps-and-wakes';
import { fieldsAreSeen } from './fields-are-seen';
import { NodePlatform } from './node-platform';
import { sharedDevices } from './halves';
import { wholeDevices } from './whole-devices';
import { PRIVILEGED } from '../privileged';

jest.setTimeout(240_000);

/** One node for everything that needs one: to start it takes longer than most of what is tried on it. */
describeWithService('node', 'a real node', () => {
  let node: NodePlatform;
  beforeAll(async () => {
    node = await NodePlatform.start({
      ...PRIVILEGED,
      TESSERA_SCALING_WINDOW_MS: '6000',
      TESSERA_EXPOSED_URLS: 'ingress',
      TESSERA_EXPOSED_URLS_BASE: 'https://apps.example',
    });
  });
  afterAll(async () => {
    await node.remove();
    expect(node.leftovers()).toEqual([]);
  });

  describe('devices that replicas share', () => {
    sharedDevices(() => node);
  });
  describe('replicas of a workload that sleeps', () => {
    sleepsAndWakes(() => node);
  });
  describe('workloads', () => {
    wholeDevices(() => node);
  });
  describe('what a request asks for', () => {
    fieldsAreSeen(() => node);
  });
});
