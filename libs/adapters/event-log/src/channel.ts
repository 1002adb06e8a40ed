/** Postgres notification channel on which a publish wakes the subscriptions of its topics, which it names. */
export const CHANNEL = 'tessera_event_log';
