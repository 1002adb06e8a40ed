import { curlOf, headersOf, indented, urlOf } from './raw-request';

describe('a request as it was typed', () => {
  it('has a header on each line', () => {
    expect(headersOf('x-a: 1\n\n  accept:text/plain; q=1\nx-empty:')).toEqual({
      'x-a': '1',
      accept: 'text/plain; q=1',
      'x-empty': '',
    });
  });

  it.each(['x-a: 1\nwhat is this', 'a b: c'])('says which line of %j is no header', (text) => {
    expect(headersOf(text)).toMatch(/^Line [12] of the headers/);
  });

  it.each([
    ['', 'http://g/p/chat/'],
    ['/v1/models', 'http://g/p/chat/v1/models'],
    ['//elsewhere.example/', 'http://g/p/chat/elsewhere.example/'],
    ['health?x=1', 'http://g/p/chat/health?x=1'],
  ])('goes to a path below its workload: %j', (path, url) => {
    expect(urlOf('http://g/p/chat/', path)).toBe(url);
  });

  it('is written for a shell, without the token', () => {
    const draft = { method: 'POST', path: '', headers: '', body: '{"a":"it\'s"}' };
    expect(curlOf('http://g/p/chat/', draft, { accept: '*/*' })).toBe(
      `curl -X POST 'http://g/p/chat/' -H "Authorization: Bearer $TOKEN" -H 'accept: */*' --data-binary '{"a":"it'\\''s"}'`,
    );
    expect(curlOf('http://g/', { ...draft, method: 'GET' }, {})).not.toContain('data');
  });

  it('shows JSON with one member a line, and other text as it is', () => {
    expect(indented('{"a":1}')).toBe('{\n  "a": 1\n}');
    expect(indented('data: {"a":1}')).toBe('data: {"a":1}');
  });
});
