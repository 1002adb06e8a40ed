/** What gateways need of these clients; without the rest, whose contract takes memory. */
export { GatewayFeedClient } from './gateway-feed-client';
export { SchedulerReports } from './scheduler-reports';
