import type { PostgresDirectory } from '@tessera/adapter-postgres';
import { METRICS_AUDIENCE, type BuiltInIssuer } from '@tessera/adapter-oidc';
import { MetricsClient, type SchedulerClient } from '@tessera/adapter-services';
import type { EventLog } from '@tessera/application-messaging';
import type {
  AccessStore,
  AssetStore,
  Issuers,
  OrganisationStore,
  Secrets,
  SubjectStore,
  ControlPlaneDependencies,
  WorkloadReader,
} from '@tessera/application-control-plane';
import type { ApiConfig } from '../config';
import type { Handlers } from '../http/call';
import type { Principals } from '../http/principals';
import type { Logins } from '../limits/logins';
import type { FactStreams } from '../streams/fact-streams';
import type { LogStreams } from '../streams/log-streams';
import { ruleHandlers, subjectHandlers } from './access';
import { credentialHandlers, dataVolumeHandlers } from './assets';
import { clusterHandlers } from './clusters';
import { eventHandlers } from './events';
import { inferenceHandlers } from './inferences';
import { logHandlers } from './logs';
import { metricsHandlers } from './metrics';
import { revisionHandlers } from './revisions';
import { migHandlers } from './mig-config';
import { simulationHandlers } from './simulation';
import { tokenHandlers } from './tokens';
import { orgUnitHandlers } from './units';
import { workloadHandlers } from './workloads';

export interface HandlerDependencies {
  readonly config: ApiConfig;
  readonly controlPlane: ControlPlaneDependencies;
  readonly reader: WorkloadReader;
  readonly organisation: OrganisationStore;
  readonly assets: AssetStore;
  readonly directory: PostgresDirectory;
  readonly principals: Principals;
  readonly subjects: SubjectStore;
  readonly access: AccessStore;
  readonly secrets: Secrets;
  readonly issuer: BuiltInIssuer;
  readonly issuers: Issuers;
  readonly log: EventLog;
  readonly streams: FactStreams;
  readonly logs: LogStreams;
  readonly logins: Logins;
  readonly scheduler: SchedulerClient;
}

/** One handler per route of the table; a missing handler is a compile error. */
export function handlersOf(parts: HandlerDependencies): Handlers {
  const {
    controlPlane: controlPlane,
    reader,
    organisation,
    access,
    secrets,
    issuer,
    subjects,
    scheduler,
    config,
  } = parts;
  const now = (): number => controlPlane.clock.now();
  const forgetOrgUnits = (): void => parts.directory.forget();
  const token = (): Promise<string> => issuer.serviceToken(METRICS_AUDIENCE);
  const namespaceRules = {
    reserved: config.TESSERA_RESERVED_NAMESPACES,
    guardrails: controlPlane.guardrails.rules,
  };
  const accessDependencies = {
    access,
    organisation,
    secrets,
    subjects,
    issuers: parts.issuers,
    forget: () => parts.principals.forget(),
  };
  return {
    ...tokenHandlers(parts.logins),
    ...inferenceHandlers(controlPlane),
    ...revisionHandlers(reader),
    ...workloadHandlers(reader, now),
    ...metricsHandlers(new MetricsClient({ url: config.TESSERA_METRICS_URL, token }), reader),
    ...logHandlers(scheduler, reader, parts.logs),
    ...simulationHandlers(controlPlane, scheduler),
    ...migHandlers(scheduler),
    ...eventHandlers(parts.streams),
    ...orgUnitHandlers(organisation, namespaceRules, forgetOrgUnits),
    ...clusterHandlers({
      store: organisation,
      access,
      secrets,
      topicPrefix: config.TESSERA_TOPIC_PREFIX,
      nodePoolLabel: config.TESSERA_NODE_POOL_LABEL,
      recordLimit: config.TESSERA_RECORD_LIMIT_BYTES,
      specSettings: controlPlane.specSettings,
      ensureTopics: (topics) => parts.log.ensureTopics(topics),
      scheduler,
      now,
      forget: forgetOrgUnits,
      guardrails: controlPlane.guardrails,
    }),
    ...dataVolumeHandlers(parts.assets),
    ...credentialHandlers(parts.assets),
    ...subjectHandlers(accessDependencies),
    ...ruleHandlers(accessDependencies),
  };
}
