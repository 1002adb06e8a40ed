import { securityHeaders } from './security-headers';

describe('the headers of every answer', () => {
  it('include HSTS where clients connect by TLS, and only there', () => {
    const insisting = ['strict-transport-security', 'max-age=31536000'];
    expect(securityHeaders('https://tessera.example')).toContainEqual(insisting);
    expect(securityHeaders('http://127.0.0.1:8080')).not.toContainEqual(insisting);
  });
});
