/** Response header with the machine-readable reason of an error of the gateway. */
export const REASON_HEADER = 'x-tessera-reason';
