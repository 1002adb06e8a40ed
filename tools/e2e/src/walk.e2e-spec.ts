import { eventually } from '@tessera/testing-contract-suites';
import { describeWithPart } from '@tessera/testing-parts';
import { followFacts } from './facts';
import { Platform } from './platform';
import { sevenSteps } from './seven-steps';

jest.setTimeout(180_000);

let platform: Platform;
const withPlatform = (...args: readonly string[]): void => {
  beforeAll(async () => {
    platform = await Platform.create();
    await platform.start(args);
  });
  afterAll(() => platform.remove());
};

describe('the seven steps on embedded parts', () => {
  withPlatform('--kafka', 'embedded');
  sevenSteps(() => platform);

  it('ran on no real part', () => {
    expect(platform.connection.parts).toMatchObject({
      postgres: 'embedded',
      kafka: 'embedded',
      kubernetes: 'embedded',
      prometheus: 'embedded',
    });
  });
});

describeWithPart('kafka', 'the seven steps with a real broker', () => {
  withPlatform('--kafka', 'real');
  sevenSteps(() => platform);

  it('lets a plain consumer read the facts', async () => {
    expect(platform.connection.parts['kafka']).toBe('real');
    const { facts, stop } = await followFacts(platform.connection.kafkaBrokers ?? '');
    const FACTS = [
      'created',
      'phase-changed',
      'replica-scheduled',
      'replica-unschedulable',
      'gpu-allocated',
      'gpu-released',
      'deleted',
    ].map((name) => `io.tessera.inference.${name}.v1`);
    try {
      await eventually(() => {
        const types = new Set(facts.map(({ headers }) => headers['ce_type']));
        for (const type of FACTS) expect(types).toContain(type);
      }, 30_000);
      const deleted = facts.find(({ headers }) => headers['ce_type']?.includes('.deleted.'));
      expect(deleted?.headers).toMatchObject({ ce_specversion: '1.0', ce_projectid: '1' });
      expect(deleted?.key).toBe(deleted?.headers['ce_subject']);
    } finally {
      await stop();
    }
  });
});

describeWithPart('kubernetes', 'the seven steps with a real API server', () => {
  withPlatform('--kafka', 'embedded', '--kubernetes', 'real');
  sevenSteps(() => platform);

  it('ran on a real API server', () => expect(platform.connection.parts['kubernetes']).toBe('real'));
});

describeWithPart('prometheus', 'the seven steps with a real Prometheus', () => {
  withPlatform('--kafka', 'embedded', '--prometheus', 'real');
  sevenSteps(() => platform);

  it('ran on a real Prometheus', () => expect(platform.connection.parts['prometheus']).toBe('real'));
});
