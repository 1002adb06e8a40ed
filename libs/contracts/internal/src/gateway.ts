/** What gateways need of this contract; without the rest, whose schemas of the REST API take memory. */
export * from './gateway-feed';
export * from './latency-buckets';
export * from './load-report';
export * from './usage-report';
