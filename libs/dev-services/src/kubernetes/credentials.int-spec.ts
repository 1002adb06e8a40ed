import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { ensureCredentials, readTokens, tokenFile } from './credentials';
import { kubeconfig } from './kubeconfig';
import { layoutOf, type Layout } from './layout';

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2030, 0, 1);

/** Self-signed for a name that means nothing. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBeDCCAR+gAwIBAgIUVivIrM3yfTopWxuuCfWjRBARNlgwCgYIKoZIzj0EAwIw
EjEQMA4GA1UEAwwHZXhhbXBsZTAeFw0yNjExMjMxODA5MDJaFw0zMTAxMDExODA5
MDJaMBIxEDAOBgNVBAMMB2V4YW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AAROSI8Naklk9H4hQRXmn7k4eoZRevipjCV5gEaE/NkufTUrCoP2oSi82MAN2wF+
BLz5ui0go1/T0HK0Z8C+q9Tmo1MwUTAdBgNVHQ4EFgQUzsvOZdSd7Kdo5kDZ9aTi
t//I2VkwHwYDVR0jBBgwFoAUzsvOZdSd7Kdo5kDZ9aTit//I2VkwDwYDVR0TAQH/
BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiA7xWRiykniP6XUBIbQN8EcS3qnlfkb
5QSL1vBN567xogIgGSQ2hGfL4Ldy+vdEfjvoA68J9y+1C75gym2AvvTT8Dg=
-----END CERTIFICATE-----
`;

describe('the credentials', () => {
  let folder: string;
  let layout: Layout;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tessera-kube-'));
    layout = layoutOf(folder);
    mkdirSync(layout.certDir);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are created once, differ, and are readable only by their owner', () => {
    const first = ensureCredentials(layout, NOW);

    expect(ensureCredentials(layout, NOW)).toEqual(first);
    expect(first.admin).not.toBe(first.controllerManager);
    for (const file of [layout.tokens, layout.serviceAccountKey])
      expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it.each([
    [31, true],
    [29, false],
    [-1, false],
  ])('keep a serving certificate that has %i days left: %p', (days, kept) => {
    [layout.servingCert, layout.servingKey].forEach((file) => writeFileSync(file, CERTIFICATE));

    ensureCredentials(layout, Date.parse(new X509Certificate(CERTIFICATE).validTo) - days * DAY_MS);

    expect([existsSync(layout.servingCert), existsSync(layout.servingKey)]).toEqual([kept, kept]);
  });

  it('report a damaged token file instead of starting without access', () => {
    writeFileSync(layout.tokens, 'nonsense\n');
    expect(() => ensureCredentials(layout, NOW)).toThrow(`${layout.tokens} is damaged; delete it`);
  });
});

it('a token file is read as it was written', () => {
  const tokens = { admin: 'a1', controllerManager: 'b2' };
  expect(readTokens(tokenFile(tokens))).toEqual(tokens);
});

it('a kubeconfig carries all that a client needs', () => {
  const config = new KubeConfig();
  config.loadFromString(
    kubeconfig({ url: 'https://127.0.0.1:8084', ca: 'PEM', user: 'me', token: 't0k:en #1' }),
  );

  const caData = Buffer.from('PEM').toString('base64');
  expect(config.getCurrentCluster()).toMatchObject({ server: 'https://127.0.0.1:8084', caData });
  expect(config.getCurrentUser()).toMatchObject({ name: 'me', token: 't0k:en #1' });
});
