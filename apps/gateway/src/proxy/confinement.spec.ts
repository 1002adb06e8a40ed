import { confined } from './confinement';

const PATH = { prefix: '/p1/chat', host: 'g.example:8081' };
const HOST = { prefix: '', host: 'chat-p1-abcdef.models.example' };

describe('a response header of a workload', () => {
  it.each<[string, string, string | undefined, string | undefined]>([
    ['set-cookie', 'a=1', 'a=1; Path=/p1/chat/', 'a=1'],
    ['set-cookie', 'a=1; Path=/; HttpOnly', 'a=1; HttpOnly; Path=/p1/chat/', 'a=1; HttpOnly; Path=/'],
    ['set-cookie', 'a=1; path=/x', 'a=1; Path=/p1/chat/x', 'a=1; Path=/x'],
    ['set-cookie', 'a=1; Path=/p1/chat/x', 'a=1; Path=/p1/chat/x', 'a=1; Path=/p1/chat/x'],
    ['set-cookie', 'a=1; Path=/p1/chatty', 'a=1; Path=/p1/chat/p1/chatty', 'a=1; Path=/p1/chatty'],
    ['set-cookie', 'a=1; Path=/x; Path=/', 'a=1; Path=/p1/chat/', 'a=1; Path=/'],
    ['set-cookie', 'a=1; Path', 'a=1; Path=/p1/chat/', 'a=1'],
    ['set-cookie', 'a=1; DOMAIN = models.example', 'a=1; Path=/p1/chat/', 'a=1'],
    ['location', '/login', '/p1/chat/login', '/login'],
    ['location', '/p1/chat/login', '/p1/chat/login', '/p1/chat/login'],
    ['location', '/p1/other', '/p1/chat/p1/other', '/p1/other'],
    ['location', 'next', 'next', 'next'],
    ['location', 'http://G.example:8081/x', 'http://G.example:8081/p1/chat/x', 'http://G.example:8081/x'],
    ['location', 'http://g.example:8081', 'http://g.example:8081/p1/chat/', 'http://g.example:8081'],
    ['location', 'https://elsewhere.example/x', 'https://elsewhere.example/x', 'https://elsewhere.example/x'],
    ['location', '//elsewhere.example/x', '//elsewhere.example/x', '//elsewhere.example/x'],
    ['service-worker-allowed', '/', undefined, '/'],
    ['clear-site-data', '"*"', undefined, '"*"'],
    ['alt-svc', 'h2=":1"', undefined, 'h2=":1"'],
    ['content-type', 'text/plain', 'text/plain', 'text/plain'],
  ])('%s: %s is %s in path form and %s on a host of its own', (key, value, inPath, onHost) => {
    expect([confined(key, value, PATH), confined(key, value, HOST)]).toEqual([inPath, onHost]);
  });

  it('has no headers of CORS where the gateway sets them', () => {
    expect(confined('access-control-allow-origin', '*', { ...HOST, cors: true })).toBeUndefined();
    expect(confined('access-control-allow-origin', '*', HOST)).toBe('*');
  });
});
