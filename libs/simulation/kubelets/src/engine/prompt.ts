import type { IncomingMessage } from 'node:http';

/** Longest body that is read for its prompt, bytes; of a longer one there is no prompt. */
const MOST_BYTES = 4 * 1024 * 1024;
/** A deeper value is no part of a prompt. */
const DEEPEST = 16;

/**
 * The texts of a model request that the engine computes, one after the other; empty where the body is no JSON or has
 * none.
 */
export function promptOf(body: Readonly<Record<string, unknown>>): string {
  const texts: string[] = [];
  const collect = (value: unknown, depth = 0): void => {
    if (typeof value === 'string') texts.push(value);
    else if (typeof value === 'object' && value !== null && depth < DEEPEST)
      for (const part of Object.values(value)) collect(part, depth + 1);
  };
  const { messages, prompt, input, instructions, system } = body;
  for (const part of [instructions, system, messages, prompt, input]) collect(part);
  return texts.join('\n');
}

/** The body of a JSON request; empty where it is none, is too long, or breaks off. Reads all of it in any case. */
export const jsonBody = async (request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> =>
  parsed(await textOf(request));

function textOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const isJson = /[/+]json\b/i.test(request.headers['content-type'] ?? '');
    const chunks: Buffer[] = [];
    let bytes = 0;
    if (!isJson) {
      request.resume();
      return resolve('');
    }
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MOST_BYTES) chunks.push(chunk);
      else chunks.length = 0;
    });
    request.once('end', () => resolve(Buffer.concat(chunks).toString()));
    request.once('close', () => resolve(''));
  });
}

/** A JSON object; empty for anything else. */
export function parsed(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
