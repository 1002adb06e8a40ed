import { isWithin } from './origins';

const BELOW = ['https://*.models.example'];

it.each([
  ['http://127.0.0.1:8081/project-1/chat/', ['http://127.0.0.1:8081'], true],
  ['http://127.0.0.1:8082/project-1/chat/', ['http://127.0.0.1:8081'], false],
  ['https://127.0.0.1:8081/', ['http://127.0.0.1:8081'], false],
  ['https://chat-a-1b2c3d.models.example/', BELOW, true],
  ['https://models.example/', BELOW, false],
  ['https://evil-models.example/', BELOW, false],
  ['https://a.models.example:8443/', BELOW, false],
  ['https://other.example/', [...BELOW, 'https://other.example'], true],
  ['not a URL', BELOW, false],
])('%s is within %j: %s', (url, origins, within) => {
  expect(isWithin(url, origins)).toBe(within);
});
