export { Circuit, CircuitOpenError } from './circuit';
export { backoffMs, pause, retry } from './retry';
export { realPacing, systemClock } from './pacing';
export { Periodic } from './periodic';
export { LOOP_PATIENCE, Progress } from './progress';
export { dieOnUnhandled, onShutdown, runStops, type Stop } from './shutdown';
export { Health, type CheckResult } from './health';
export { identify, isRunning, type ProcessIdentity } from './process-identity';
export {
  endServers,
  endWithServers,
  startServer,
  stopLeftBehind,
  untilReady,
  type ServerCommand,
  type ServerProcess,
} from './server-process';
