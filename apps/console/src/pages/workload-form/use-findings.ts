import { useEffect, useState } from 'react';
import type { Body } from './body/body';
import type { Finding } from './body/check-body';

/** A pause in typing after which the body is checked, ms. */
const PAUSE_MS = 200;

/**
 * What the check says of the body; undefined while the newest content has not been checked. With the body before, the
 * check of a change. The schemas are loaded with the first use.
 */
export function useFindings(body: unknown, before?: Body): readonly Finding[] | undefined {
  const [checked, setChecked] = useState<{ readonly of: string; readonly findings: readonly Finding[] }>();
  const content = JSON.stringify(body) ?? '';
  useEffect(() => {
    let isOver = false;
    const check = async (): Promise<void> => {
      const { checkChange, checkCreation } = await import('./body/check-body');
      const now = content === '' ? undefined : (JSON.parse(content) as unknown);
      const findings = before === undefined ? checkCreation(now) : checkChange(before, (now ?? {}) as Body);
      if (!isOver) setChecked({ of: content, findings });
    };
    const timer = setTimeout(() => void check(), PAUSE_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [content, before]);
  return checked?.of === content ? checked.findings : undefined;
}
