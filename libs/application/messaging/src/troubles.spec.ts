import { Troubles } from './troubles';

describe('work that fails', () => {
  it('is stuck after half a minute, with its name and latest cause, until it succeeds', () => {
    let now = 1_000;
    const troubles = new Troubles(() => now);
    troubles.failed('readers events/3', new Error('the dead-letter topic is gone'));
    troubles.failed('readers events/4', 'away');
    now += 29_999;
    expect(troubles.stuck()).toBeUndefined();
    troubles.failed('readers events/3', new Error('no disk'));
    now += 10_001;
    expect(troubles.stuck()).toBe(
      'readers events/3 has failed for 40 s: no disk; readers events/4 has failed for 40 s: away',
    );
    troubles.ended('readers events/3');
    troubles.endAll((name) => name.startsWith('readers '));
    expect(troubles.stuck()).toBeUndefined();
    troubles.failed('readers events/3', new Error('no disk'));
    expect(troubles.stuck()).toBeUndefined();
  });
});
