import { changesOf } from './changes';

const NOW = Date.parse('2026-01-01T12:00:00Z');
const HOUR = 3_600_000;
const at = (minutesAgo: number): string => new Date(NOW - minutesAgo * 60_000).toISOString();
const event = (name: string, minutesAgo: number, data: object = {}) => ({
  id: `${name}-${minutesAgo}-${JSON.stringify(data)}`,
  type: `io.tessera.inference.${name}.v1`,
  time: at(minutesAgo),
  subject: 'id-of-chat',
  workloadname: 'chat',
  data: data as Record<string, unknown>,
});
const node = (status: string, minutesAgo: number, createdMinutesAgo = 10_000) => ({
  name: 'gpu-7',
  clusterUuid: 'c',
  createdAt: at(createdMinutesAgo),
  conditions: [{ type: 'Ready', status, reason: '', message: '', lastTransitionTime: at(minutesAgo) }],
});
const project = (updatedMinutesAgo: number, createdMinutesAgo = 10_000) => ({
  id: '1',
  name: 'project-1',
  createdAt: at(createdMinutesAgo),
  updatedAt: at(updatedMinutesAgo),
  updatedBy: 'ada',
});
const NOTHING = { events: [], nodes: [], projects: [] };
const texts = (given: Partial<Parameters<typeof changesOf>[1]>) =>
  changesOf(NOW - HOUR, { ...NOTHING, ...given }).map(({ title, changes }) => [
    title,
    ...changes.map(({ name, text }) => `${name} ${text}`.trim()),
  ]);

describe('what changed in the last hour', () => {
  it.each([
    ['created', { createdBy: 'ada' }, ['Created', 'chat by ada']],
    ['deleted', {}, ['Deleted', 'chat']],
    ['cold-start', { totalMs: 4210, stages: [{ stage: 'held' }] }, ['Woken by requests', 'chat in 4.2 s']],
    ['scale-decided', { from: 1, to: 3 }, ['Scaled', 'chat 1 → 3']],
    ['phase-changed', { from: 'Pending', to: 'Running', message: '' }, ['Came to run', 'chat']],
    [
      'phase-changed',
      { from: 'Running', to: 'Degraded', message: 'lost a node' },
      ['Failed or degraded', 'chat lost a node'],
    ],
    ['phase-changed', { to: 'Pending', message: 'no room' }, ['Began to wait', 'chat no room']],
  ])('holds %s %j', (name, data, group) => {
    expect(texts({ events: [event(name, 5, data)] })).toEqual([group]);
  });

  it.each([
    ['phase-changed', { from: 'Running', to: 'Running', message: 'another reason' }],
    ['cold-start', { totalMs: 4210, stages: [{ stage: 'decided' }] }],
    ['phase-changed', { from: 'Creating', to: 'Initializing' }],
    ['scale-decided', { from: 2, to: 2 }],
    ['gpu-allocated', {}],
  ])('leaves out %s %j', (name, data) => {
    expect(texts({ events: [event(name, 5, data)] })).toEqual([]);
  });

  it.each([
    ['lost', 'Nodes lost', node('False', 5)],
    ['lost', 'Nodes lost', node('Unknown', 5)],
    ['is back', 'Nodes back or new', node('True', 5)],
    ['is new', 'Nodes back or new', node('True', 5, 6)],
  ])('says of a node that it %s', (what, group, one) => {
    expect(texts({ nodes: [one] })).toEqual([[group, `gpu-7 ${what}`]]);
  });

  it('holds of those that wait the ones that still do, with their last reason', () => {
    const events = [
      { ...event('phase-changed', 9, { from: 'Creating', to: 'Pending', message: '' }), subject: 'gone' },
      { ...event('phase-changed', 8, { from: 'Pending', to: 'Initializing' }), subject: 'gone' },
      event('phase-changed', 7, { from: 'Creating', to: 'Pending', message: '' }),
      event('phase-changed', 6, { from: 'Pending', to: 'Pending', message: 'no room' }),
    ];
    expect(texts({ events })).toEqual([['Began to wait', 'chat no room']]);
  });

  it('does not call the first replicas of a new workload a change of their number', () => {
    const events = [
      event('created', 9, {}),
      event('scale-decided', 8, { from: 0, to: 1 }),
      event('scale-decided', 7, { from: 1, to: 2 }),
    ];
    expect(texts({ events })).toEqual([
      ['Scaled', 'chat 1 → 2'],
      ['Created', 'chat'],
    ]);
  });

  it('names projects that were changed, and none that was only created', () => {
    expect(texts({ projects: [project(5), project(30, 30)] })).toEqual([
      ['Projects changed', 'project-1 by ada'],
    ]);
  });

  it('leaves out what is older', () => {
    expect(
      texts({ events: [event('deleted', 61)], nodes: [node('True', 61)], projects: [project(61)] }),
    ).toEqual([]);
  });

  it('begins with what calls for somebody, and with the newest of each', () => {
    const events = [
      event('created', 30, {}),
      event('phase-changed', 20, { to: 'Failed', message: 'first' }),
      event('phase-changed', 10, { to: 'Failed', message: 'second' }),
    ];
    expect(texts({ events })).toEqual([
      ['Failed or degraded', 'chat second', 'chat first'],
      ['Created', 'chat'],
    ]);
  });
});
