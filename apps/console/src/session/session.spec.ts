import { SessionStore } from './session';
import { credentialInFragment } from './tokens';

const storage = (): Storage => {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  } as Storage;
};

describe('the session', () => {
  const session = { token: 't', name: 'local', beganAt: 0, expiresAt: 1000 };

  it('stays over a reload of the page until it expires', () => {
    const kept = storage();
    new SessionStore(kept, () => 0).begin(session);
    expect(new SessionStore(kept, () => 999).get()).toEqual(session);
    expect(new SessionStore(kept, () => 1000).get()).toBeUndefined();
  });

  it('ends while the page is open', () => {
    let now = 0;
    const store = new SessionStore(storage(), () => now);
    store.begin(session);
    now = 1000;
    expect(store.get()).toBeUndefined();
  });

  it('notifies of its beginning and its end, and leaves nothing behind', () => {
    const kept = storage();
    const store = new SessionStore(kept, () => 0);
    let changes = 0;
    const ended = store.subscribe(() => (changes += 1));
    store.begin(session);
    store.end();
    ended();
    store.begin(session);
    store.end();
    expect(changes).toBe(2);
    expect(new SessionStore(kept, () => 0).get()).toBeUndefined();
  });

  it('does not begin from a storage that somebody wrote into', () => {
    const kept = storage();
    kept.setItem('tessera.session', '{');
    expect(new SessionStore(kept, () => 0).get()).toBeUndefined();
  });
});

it.each([
  ['#id=local&secret=s', { kind: 'application', id: 'local', secret: 's' }],
  ['#id=local', undefined],
  ['', undefined],
])('reads the credential of the fragment %j', (fragment, credential) => {
  expect(credentialInFragment(fragment)).toEqual(credential);
});
