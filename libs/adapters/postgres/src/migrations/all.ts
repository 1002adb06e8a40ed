import { EventLog0001 } from './0001-event-log';
import { Messaging0002 } from './0002-messaging';
import { ApiOrganisation0010 } from './0010-api-organisation';
import { ApiWorkloads0011 } from './0011-api-workloads';
import { ApiUnitVersions0012 } from './0012-api-unit-versions';
import { ApiFacts0016 } from './0016-api-facts';
import { ApiAddresses0018 } from './0018-api-addresses';
import { ApiKeptAnswers0019 } from './0019-api-kept-answers';
import { SchedulerWorkloads0020 } from './0020-scheduler-workloads';
import { SchedulerUnits0021 } from './0021-scheduler-units';
import { SchedulerLeadership0022 } from './0022-scheduler-leadership';
import { SchedulerTraces0025 } from './0025-scheduler-traces';
import { References0026 } from './0026-references';
import { AssetVersions0027 } from './0027-asset-versions';
import { ParkedRows0028 } from './0028-parked-rows';
import { Retention0029 } from './0029-retention';
import { Identities0031 } from './0031-identities';
import { AuditCounts0034 } from './0034-audit-counts';
import { UnitGuardrails0036 } from './0036-unit-guardrails';
import { HostAddresses0037 } from './0037-host-addresses';

/** Every migration, oldest first. A released one is never edited. */
export const MIGRATIONS = [
  EventLog0001,
  Messaging0002,
  ApiOrganisation0010,
  ApiWorkloads0011,
  SchedulerWorkloads0020,
  ApiUnitVersions0012,
  SchedulerUnits0021,
  SchedulerLeadership0022,
  SchedulerTraces0025,
  ApiFacts0016,
  ApiAddresses0018,
  ApiKeptAnswers0019,
  References0026,
  AssetVersions0027,
  ParkedRows0028,
  Retention0029,
  Identities0031,
  AuditCounts0034,
  UnitGuardrails0036,
  HostAddresses0037,
] as const;
