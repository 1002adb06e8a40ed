import { inputsOf, stagesOf } from './inputs';

describe('the inputs of a decision', () => {
  it('are pairs for people', () => {
    const inputs = {
      rule: 'concurrency',
      stable: 22.4567,
      inPanic: false,
      woken: true,
      unplaced: { replicas: 2, verdict: '0/3 nodes' },
      schedules: [{ name: 'day' }, { name: 'week' }],
    } as const;
    expect(inputsOf({ inputs: { ...inputs, schedules: [...inputs.schedules] } })).toEqual([
      ['Rule', 'concurrency'],
      ['Load over 60 s', '22.46'],
      ['In panic', 'no'],
      ['Woken by a request', 'yes'],
      ['Without a place', '2: 0/3 nodes'],
      ['Schedules', 'day, week'],
    ]);
  });
});

describe('the stages of cold starts', () => {
  const start = (...stages: readonly string[]) => ({
    stages: stages.map((stage) => ({ stage, durationMs: 1 })),
  });
  it('are those of all starts, each once and where it belongs', () => {
    expect(stagesOf([start('place', 'start', 'ready'), start('place', 'pull', 'start')])).toEqual([
      'place',
      'pull',
      'start',
      'ready',
    ]);
  });
});
