import type { Changed } from '@tessera/application-control-plane';

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

/** Runs a change and maps a violated constraint to its reason; a missing result means that the row was deleted. */
export async function changing<T>(change: () => Promise<T | undefined>): Promise<Changed<T>> {
  try {
    const value = await change();
    return value === undefined ? { ok: false, why: 'not-found' } : { ok: true, value };
  } catch (error) {
    const code = codeOf(error);
    if (code === UNIQUE_VIOLATION) return { ok: false, why: 'already-exists' };
    if (code === FOREIGN_KEY_VIOLATION) return { ok: false, why: 'in-use' };
    throw error;
  }
}

function codeOf(error: unknown): unknown {
  const { code, driverError } = (error ?? {}) as { code?: unknown; driverError?: { code?: unknown } };
  return code ?? driverError?.code;
}
