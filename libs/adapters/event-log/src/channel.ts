import type { SessionLimits } from '@tessera/platform-config';

/** Postgres notification channel: a publish notifies the subscriptions of the topics that it names. */
export const CHANNEL = 'tessera_event_log';

/** Limits of every connection of the log, ms. Notifications are waited for outside statements and transactions. */
export const LIMITS: SessionLimits = {
  connectMs: 10_000,
  statementMs: 60_000,
  lockMs: 30_000,
  idleTransactionMs: 15_000,
};

/**
 * A member of a group polls several times a second. One whose process is stopped sends nothing: after this time the
 * server ends its session, so that others take its partitions, ms.
 */
export const MEMBER_LIMITS: SessionLimits = { ...LIMITS, idleMs: 10_000 };
