export { freePortBase, freePorts } from './free-ports';
export { service, SERVICE_START_MS, type FoundService, type ServiceName } from './service';
