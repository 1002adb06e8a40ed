import { workloadRef } from '@tessera/testing-builders';
import { servingUrl } from './options';

const ref = workloadRef(1, { workloadId: 'w1', name: 'chat', projectName: 'team a' });

describe('the URL of a workload', () => {
  it.each([
    ['http://127.0.0.1:8081', undefined, 'http://127.0.0.1:8081/team%20a/chat/'],
    ['https://models.example/', undefined, 'https://models.example/team%20a/chat/'],
    ['https://gateway.example', 'models.example', 'https://chat-team-a-zg0j2y.models.example/'],
    ['http://127.0.0.1:8081', 'localhost', 'http://chat-team-a-zg0j2y.localhost:8081/'],
  ])('of the gateway %s with the domain %s is %s', (gateway, domain, url) => {
    expect(servingUrl(gateway, domain, ref)).toBe(url);
  });
});
