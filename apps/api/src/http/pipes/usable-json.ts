import { BODY } from '@tessera/contracts-rest';
import type { Violation } from '@tessera/domain-workload';

const LONE_SURROGATE = /\p{Surrogate}/u;

/** What is wrong, and where below the checked value: `.a[0]`. The path is built only for a violation. */
interface Found {
  readonly below: string;
  readonly message: string;
}

/**
 * The first thing in a value that neither Postgres nor Kubernetes can store: text with NUL or a lone surrogate, numbers
 * out of range, too deep nesting. `field` is the path of the value itself, or empty.
 */
export function unusable(value: unknown, field: string): Violation | undefined {
  const found = firstUnusable(value, 0);
  if (found === undefined) return undefined;
  if (found === TOO_DEEP) return { field: '', message: found.message };
  const path = `${field}${found.below}`;
  return { field: path.startsWith('.') ? path.slice(1) : path, message: found.message };
}

const TOO_DEEP: Found = { below: '', message: `the body is nested deeper than ${BODY.depth} levels` };

function firstUnusable(value: unknown, depth: number): Found | undefined {
  if (typeof value === 'string') return isUsable(value) ? undefined : NO_TEXT;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : NO_NUMBER;
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth >= BODY.depth) return TOO_DEEP;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at += 1) {
      const found = firstUnusable(value[at], depth + 1);
      if (found !== undefined) return within(`[${at}]`, found);
    }
    return undefined;
  }
  for (const name of Object.keys(value)) {
    const found =
      unusableName(name) ?? firstUnusable((value as Readonly<Record<string, unknown>>)[name], depth + 1);
    if (found !== undefined) return within(`.${name}`, found);
  }
  return undefined;
}

const NO_TEXT: Found = { below: '', message: 'must be Unicode text without NUL' };
const NO_NUMBER: Found = { below: '', message: 'is outside the range that can be stored' };

/** Assigning to this one name changes an object's prototype instead of its content. */
const unusableName = (name: string): Found | undefined => {
  if (name === '__proto__') return { below: '', message: 'is a reserved name' };
  return isUsable(name) ? undefined : NO_TEXT;
};

const isUsable = (text: string): boolean => !text.includes('\0') && !LONE_SURROGATE.test(text);

const within = (step: string, found: Found): Found =>
  found === TOO_DEEP ? found : { ...found, below: `${step}${found.below}` };
