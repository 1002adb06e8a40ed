import { promisify } from 'node:util';
import { unzip } from 'node:zlib';
import { Decompress as ZstdDecompress } from 'fzstd';
import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import { decompress as lz4Decompress, decompressBound as lz4Bound } from 'lz4js';
import { uncompress as snappyDecompress } from 'snappyjs';
import { demandRecords, placeholderRecords } from './undecodable';

/** Largest batch after decompression, bytes: a megabyte of any codec may hold gigabytes. */
export const MAX_BATCH_BYTES = 32 * 1_048_576;

type Decompressor = (compressed: Buffer) => Buffer | Promise<Buffer>;

const DECOMPRESSORS: Readonly<Record<string, Decompressor>> = {
  gzip,
  snappy,
  lz4,
  zstd,
};

/** Names of the codecs by their number in the attributes of a batch (https://kafka.apache.org/documentation/#recordbatch). */
const CODECS: Readonly<Record<number, string>> = {
  [CompressionTypes.GZIP]: 'gzip',
  [CompressionTypes.Snappy]: 'snappy',
  [CompressionTypes.LZ4]: 'lz4',
  [CompressionTypes.ZSTD]: 'zstd',
};
/** The attributes have three bits for the codec. */
const LAST_CODEC = 7;

/**
 * Registers decoders of all codecs with kafkajs, which has only gzip and ends a consumer at a batch that it cannot
 * decode. A batch that no decoder can read becomes one record with the reason.
 */
export function registerCodecs(): void {
  const codecs = CompressionCodecs as Record<number, () => object>;
  for (let number = 1; number <= LAST_CODEC; number += 1) {
    const name = CODECS[number] ?? `codec ${number}`;
    const compress = compressOf(number, codecs[number]);
    codecs[number] = () => ({ ...compress, decompress: (data: Buffer) => decompress(name, data) });
  }
}

/** kafkajs compresses with gzip only. */
function compressOf(number: number, codec: (() => object) | undefined): object {
  return number === (CompressionTypes.GZIP as number) ? (codec?.() ?? {}) : {};
}

/** The records of a batch; if it cannot be decoded, placeholders that name the codec and the cause. */
export async function decompress(codec: string, compressed: Buffer): Promise<Buffer> {
  try {
    const decompressor = DECOMPRESSORS[codec];
    if (decompressor === undefined) throw new Error('there is no decoder for it');
    const records = await decompressor(compressed);
    demandRecords(records, compressed);
    return records;
  } catch (error) {
    return placeholderRecords(compressed, codec, error instanceof Error ? error.message : String(error));
  }
}

async function gzip(compressed: Buffer): Promise<Buffer> {
  try {
    return await promisify(unzip)(compressed, { maxOutputLength: MAX_BATCH_BYTES });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge() : error;
  }
}

const XERIAL_HEAD = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const XERIAL_HEAD_BYTES = 16;

/** Java clients write the framing of snappy-java: a head, then blocks after their lengths; others one block. */
function snappy(compressed: Buffer): Buffer {
  if (!compressed.subarray(0, XERIAL_HEAD.length).equals(XERIAL_HEAD))
    return snappyDecompress(compressed, MAX_BATCH_BYTES);
  const blocks: Buffer[] = [];
  let remaining = MAX_BATCH_BYTES;
  for (let at = XERIAL_HEAD_BYTES; at < compressed.length;) {
    const end = at + 4 + compressed.readUInt32BE(at);
    const block = snappyDecompress(compressed.subarray(at + 4, end), remaining);
    blocks.push(block);
    remaining -= block.length;
    at = end;
  }
  return Buffer.concat(blocks);
}

function lz4(compressed: Buffer): Buffer {
  const bound = Number(lz4Bound(compressed));
  // The bound counts every block as full, and blocks of Kafka have 64 KiB.
  if (!(bound <= 2 * MAX_BATCH_BYTES)) throw tooLarge();
  return asBuffer(lz4Decompress(compressed, bound));
}

function zstd(compressed: Buffer): Buffer {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const stream = new ZstdDecompress((chunk) => {
    bytes += chunk.length;
    if (bytes > MAX_BATCH_BYTES) throw tooLarge();
    chunks.push(chunk);
  });
  stream.push(compressed, true);
  return Buffer.concat(chunks);
}

const tooLarge = (): Error => new Error(`it has more than ${MAX_BATCH_BYTES} bytes after decompression`);

const asBuffer = ({ buffer, byteOffset, length }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, length);
