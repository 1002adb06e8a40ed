import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A self-signed server certificate with its key, both PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

const DAY_MS = 86_400_000;

const tagged = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
};

function lengthOf(length: number): Buffer {
  if (length < 128) return Buffer.from([length]);
  const bytes = length < 256 ? [length] : [length >> 8, length & 255];
  return Buffer.from([0x80 | bytes.length, ...bytes]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => tagged(0x30, ...parts);
const explicit = (number: number, ...parts: readonly Buffer[]): Buffer => tagged(0xa0 | number, ...parts);
const octets = (value: Buffer): Buffer => tagged(0x04, value);
const objectId = (...bytes: readonly number[]): Buffer => tagged(0x06, Buffer.from(bytes));
const TRUE = Buffer.from([0x01, 0x01, 0xff]);

const COMMON_NAME = objectId(0x55, 0x04, 0x03);
const ECDSA_SHA256 = sequence(objectId(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const BASIC_CONSTRAINTS = objectId(0x55, 0x1d, 0x13);
const KEY_USAGE = objectId(0x55, 0x1d, 0x0f);
const ALTERNATIVE_NAMES = objectId(0x55, 0x1d, 0x11);
const SUBJECT_KEY = objectId(0x55, 0x1d, 0x0e);

const time = (ms: number): Buffer =>
  tagged(0x18, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`));

const nameOf = (text: string): Buffer =>
  sequence(tagged(0x31, sequence(COMMON_NAME, tagged(0x0c, Buffer.from(text)))));

const alternative = (host: string): Buffer =>
  /^[0-9.]+$/.test(host)
    ? tagged(0x87, Buffer.from(host.split('.').map(Number)))
    : tagged(0x82, Buffer.from(host));

function extensions(hosts: readonly string[], publicKey: Buffer): Buffer {
  const keyId = createHash('sha1').update(publicKey).digest();
  return explicit(
    3,
    sequence(
      sequence(BASIC_CONSTRAINTS, TRUE, octets(sequence(TRUE))),
      // digitalSignature and keyCertSign
      sequence(KEY_USAGE, TRUE, octets(Buffer.from([0x03, 0x02, 0x02, 0x84]))),
      sequence(SUBJECT_KEY, octets(octets(keyId))),
      sequence(ALTERNATIVE_NAMES, octets(sequence(...hosts.map(alternative)))),
    ),
  );
}

const pem = (label: string, der: Buffer): string =>
  `-----BEGIN ${label}-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`;

/**
 * Makes an ECDSA P-256 certificate (RFC 5280) for the hosts, valid for a year from `now`. kubectl sends a token over TLS
 * only, and Node has no certificate builder; hosts are IPv4 addresses or DNS names.
 */
export function selfSigned(hosts: readonly string[], now: number): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const name = nameOf('tessera-simulator');
  const serial = Buffer.concat([Buffer.from([0x01]), randomBytes(8)]);
  const body = sequence(
    explicit(0, tagged(0x02, Buffer.from([2]))),
    tagged(0x02, serial),
    ECDSA_SHA256,
    name,
    sequence(time(now - DAY_MS), time(now + 365 * DAY_MS)),
    name,
    spki,
    extensions(hosts, spki),
  );
  const signature = sign('sha256', body, privateKey);
  const der = sequence(body, ECDSA_SHA256, tagged(0x03, Buffer.from([0]), signature));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    cert: pem('CERTIFICATE', der),
  };
}
