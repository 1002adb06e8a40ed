import { securityHeaders } from './server';

describe('the headers of every answer', () => {
  it('insist on TLS where clients come by it, and only there', () => {
    const insisting = ['strict-transport-security', 'max-age=31536000'];
    expect(securityHeaders('https://tessera.example')).toContainEqual(insisting);
    expect(securityHeaders('http://127.0.0.1:8080')).not.toContainEqual(insisting);
  });
});
