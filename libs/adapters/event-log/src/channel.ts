/** Postgres notification channel on which a publish wakes the subscriptions. */
export const CHANNEL = 'tessera_event_log';
