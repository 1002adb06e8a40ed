import type { NodeWire } from '../../api/wire';
import { NodeHealth } from './node-health';

const HOUR_MS = 3_600_000;
const START = Date.parse('2026-01-01T00:00:00Z');

/** A node whose condition changed at `at`, by the clock of the API server. */
const node = (status: 'True' | 'Unknown', at: number): NodeWire =>
  ({
    metadata: { name: 'a', creationTimestamp: new Date(at).toISOString() },
    status: { conditions: [{ type: 'Ready', status, lastTransitionTime: new Date(at).toISOString() }] },
  }) as unknown as NodeWire;

describe('the loss of a node', () => {
  it.each([0, HOUR_MS, -HOUR_MS])(
    'begins when it is seen first, with the clock of the API server %d ms ahead',
    (ahead) => {
      let now = START;
      const health = new NodeHealth({ now: () => now });
      health.see('a', node('True', START + ahead));
      expect(health.lost('a', node('True', START + ahead))).toBeUndefined();
      now += 5_000;
      const lost = node('Unknown', now + ahead);
      expect(health.see('a', lost)).toBe(true);
      now += 5_000;
      expect(health.lost('a', lost)).toEqual({
        node: 'a',
        since: START + 5_000,
        reportedSince: new Date(START + 5_000 + ahead).toISOString(),
        gone: false,
      });
      health.see('a', undefined);
      expect(health.lost('a', undefined)).toEqual({ node: 'a', since: START + 5_000, gone: true });
      health.see('a', node('True', now));
      now += 5_000;
      health.see('a', lost);
      expect(health.lost('a', lost)?.since).toBe(now);
    },
  );
});
