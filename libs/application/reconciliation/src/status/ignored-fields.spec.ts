import { applyCommand } from '@tessera/testing-builders';
import { accepted } from '../commands/accept';
import { deriveState } from './status';

const NOW = '2026-01-01T00:00:00.000Z';

/** The condition of a workload whose spec had this many fields that are refused today. */
function conditionWith(count: number) {
  const refused = Array.from({ length: count }, (_, index) => ({
    field: `spec.annotations[${index}]`,
    reason: 'the name is reserved',
    refused: true as const,
  }));
  const desired = { replicas: 1, reason: 'fixed', inputs: {} };
  const seen = { pods: [], desired, urls: [], ...(count === 0 ? {} : { refused }) };
  const state = deriveState(accepted(applyCommand(1, 0.5), NOW), seen, NOW);
  return state.conditions.find(({ type }) => type === 'FieldsApplied');
}

describe('fields that arrived although the API refuses them', () => {
  it('are reported in a condition that other workloads lack', () => {
    expect(conditionWith(0)).toBeUndefined();
    expect(conditionWith(1)).toMatchObject({
      status: 'False',
      reason: 'FieldIgnored',
      message: 'spec.annotations[0] is ignored: the name is reserved',
    });
  });

  it('are named one by one up to ten, and counted beyond', () => {
    const message = conditionWith(1000)?.message ?? '';
    expect(message).toContain('spec.annotations[9] is ignored');
    expect(message).not.toContain('spec.annotations[10]');
    expect(message).toMatch(/; 990 more$/);
  });
});
