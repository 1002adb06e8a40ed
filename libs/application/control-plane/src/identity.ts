/** What gateways need to know callers by the tokens of other issuers; without the rest, which takes memory. */
export { foreignIdentity, foreignSubjectId, type Issuers } from './access/identity';
