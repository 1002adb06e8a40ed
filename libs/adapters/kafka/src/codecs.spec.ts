import { gzipSync } from 'node:zlib';
import { compress as lz4Compress } from 'lz4js';
import { compress as snappyCompress } from 'snappyjs';
import { decompress, MAX_BATCH_BYTES } from './codecs';
import { encodeRecord } from './undecodable';

const RECORDS = Buffer.concat(
  [0, 1, 2].map((offsetDelta) =>
    encodeRecord({ offsetDelta, value: Buffer.from(`record ${offsetDelta} `.repeat(40)), headers: [] }),
  ),
);

/** The compressed records behind the head of their batch, as they come from a broker. */
function inBatch(compressed: Uint8Array, count = 3, magic = 2): Buffer {
  const batch = Buffer.alloc(61 + compressed.length);
  batch.writeBigInt64BE(700n, 0);
  batch.writeInt8(magic, 16);
  batch.writeInt32BE(count - 1, 23);
  batch.writeInt32BE(count, 57);
  batch.set(compressed, 61);
  return batch.subarray(61);
}

/** One block in the framing of snappy-java. */
function xerial(block: Buffer): Buffer {
  const head = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(block.length);
  return Buffer.concat([head, length, block, length, block]);
}

/** "tessera" 30 times, by the reference implementation (`zstd -3`). */
const ZSTD = Buffer.from('KLUv/QRYdQAAOHRlc3NlcmEBAEhRxQhwAUfU', 'base64');

describe('a compressed batch', () => {
  it.each([
    ['gzip', gzipSync(RECORDS)],
    ['snappy', snappyCompress(RECORDS)],
    ['lz4', lz4Compress(RECORDS)],
  ])('is decoded from %s', async (codec, compressed) => {
    expect((await decompress(codec, inBatch(compressed))).equals(RECORDS)).toBe(true);
  });

  it('is decoded from snappy in the framing of Java clients', async () => {
    const framed = inBatch(xerial(snappyCompress(RECORDS)), 6);
    expect((await decompress('snappy', framed)).equals(Buffer.concat([RECORDS, RECORDS]))).toBe(true);
  });

  it('is decoded from zstd', async () => {
    expect((await decompress('zstd', inBatch(ZSTD, 0))).toString()).toBe('tessera'.repeat(30));
  });

  it.each([
    ['codec 6', Buffer.from('anything'), 'codec 6 and cannot be decoded: there is no decoder for it'],
    ['zstd', Buffer.from('garbage'), 'zstd and cannot be decoded: invalid zstd data'],
    ['lz4', Buffer.from('garbage'), 'lz4 and cannot be decoded: invalid magic number'],
    ['snappy', snappyCompress(RECORDS).subarray(0, 60), 'snappy and cannot be decoded: Invalid Snappy'],
    ['lz4', lz4Compress(RECORDS.subarray(0, -1)), 'lz4 and cannot be decoded: its bytes end within record 3'],
    [
      'gzip',
      gzipSync(Buffer.alloc(MAX_BATCH_BYTES + 1)),
      'gzip and cannot be decoded: it has more than 33554432',
    ],
  ])('in %s that cannot be decoded is placeholders that say why', async (codec, compressed, reason) => {
    const placeholders = await decompress(codec, inBatch(compressed));
    const text = placeholders.subarray(-200).toString('latin1');
    expect(text).toContain('a batch of 3 records from offset 700 on is compressed with');
    expect(text).toContain(reason);
    expect(placeholders.includes(Buffer.from(compressed))).toBe(true);
  });

  it('of a format before Kafka 0.11 has no placeholders', async () => {
    await expect(decompress('zstd', inBatch(Buffer.from('garbage'), 3, 1))).rejects.toThrow(
      /old format in zstd/,
    );
  });
});
