import { markCookie, markIn, setsMark, withoutMark } from './session-cookie';

const MARK = 'AbCdEfGhIjKlMnOpQrSt-_';

describe('the session cookie', () => {
  it.each([
    { cookies: undefined, mark: undefined, rest: undefined },
    { cookies: 'a=1; b=2', mark: undefined, rest: 'a=1; b=2' },
    { cookies: `tessera-session=${MARK}`, mark: MARK, rest: undefined },
    { cookies: `a=1; tessera-session=${MARK}; b=2`, mark: MARK, rest: 'a=1; b=2' },
    { cookies: `a=1;tessera-session = ${MARK}`, mark: MARK, rest: 'a=1' },
    { cookies: 'tessera-session=too-short; a=1', mark: undefined, rest: 'a=1' },
    { cookies: 'tessera-session; a=1', mark: undefined, rest: 'a=1' },
    { cookies: `x-tessera-session=${MARK}`, mark: undefined, rest: `x-tessera-session=${MARK}` },
    { cookies: `a=tessera-session=${MARK}`, mark: undefined, rest: `a=tessera-session=${MARK}` },
  ])('in "$cookies"', ({ cookies, mark, rest }) => {
    expect(markIn(cookies)).toBe(mark);
    expect(cookies === undefined ? undefined : withoutMark(cookies)).toBe(rest);
  });

  it('is set for the workload alone, out of reach of scripts and other sites', () => {
    expect(markCookie(MARK, '/p1/chat', false)).toBe(
      `tessera-session=${MARK}; Path=/p1/chat; HttpOnly; SameSite=Lax`,
    );
    expect(markCookie(MARK, '', true)).toBe(
      `tessera-session=${MARK}; Path=/; HttpOnly; SameSite=Lax; Secure`,
    );
  });

  it('cannot be set by replicas', () => {
    expect(['tessera-session=x', ' tessera-session =x; Path=/', 'tessera-session'].map(setsMark)).toEqual([
      true,
      true,
      true,
    ]);
    expect(['tessera-sessions=x', 'a=tessera-session'].map(setsMark)).toEqual([false, false]);
  });
});
