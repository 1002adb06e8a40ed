import { EventLog0001 } from './0001-event-log';
import { Messaging0002 } from './0002-messaging';
import { ApiOrganisation0003 } from './0003-api-organisation';
import { ApiWorkloads0004 } from './0004-api-workloads';
import { ApiEvents0005 } from './0005-api-events';
import { ApiAddresses0006 } from './0006-api-addresses';
import { ApiIdempotencyAge0007 } from './0007-api-idempotency-age';
import { SchedulerWorkloads0008 } from './0008-scheduler-workloads';
import { ApiOrgUnitVersions0009 } from './0009-api-org-unit-versions';
import { SchedulerOrgUnits0010 } from './0010-scheduler-org-units';
import { SchedulerLeadership0011 } from './0011-scheduler-leadership';
import { SchedulerTraces0012 } from './0012-scheduler-traces';
import { References0013 } from './0013-references';
import { AssetVersions0014 } from './0014-asset-versions';
import { ParkedRows0015 } from './0015-parked-rows';
import { Retention0016 } from './0016-retention';
import { Identities0017 } from './0017-identities';
import { AuditCounts0018 } from './0018-audit-counts';
import { OrgUnitGuardrails0019 } from './0019-org-unit-guardrails';
import { HostAddresses0020 } from './0020-host-addresses';
import { PlainNames0021 } from './0021-plain-names';
import { SchedulerScaling0022 } from './0022-scheduler-scaling';
import { ApiScaling0023 } from './0023-api-scaling';
import { DeletedWorkloads0024 } from './0024-deleted-workloads';
import { EarlierRevisions0025 } from './0025-earlier-revisions';
import { OrgUnitVersions0026 } from './0026-org-unit-versions';
import { Usage0027 } from './0027-usage';
import { UsageTraffic0028 } from './0028-usage-traffic';
import { ServingKeys0029 } from './0029-serving-keys';
import { ModelAliases0030 } from './0030-model-aliases';
import { ServingLimits0031 } from './0031-serving-limits';

/** Every migration, oldest first; the number in its names is its place. A released one is never edited. */
export const MIGRATIONS = [
  EventLog0001,
  Messaging0002,
  ApiOrganisation0003,
  ApiWorkloads0004,
  ApiEvents0005,
  ApiAddresses0006,
  ApiIdempotencyAge0007,
  SchedulerWorkloads0008,
  ApiOrgUnitVersions0009,
  SchedulerOrgUnits0010,
  SchedulerLeadership0011,
  SchedulerTraces0012,
  References0013,
  AssetVersions0014,
  ParkedRows0015,
  Retention0016,
  Identities0017,
  AuditCounts0018,
  OrgUnitGuardrails0019,
  HostAddresses0020,
  PlainNames0021,
  SchedulerScaling0022,
  ApiScaling0023,
  DeletedWorkloads0024,
  EarlierRevisions0025,
  OrgUnitVersions0026,
  Usage0027,
  UsageTraffic0028,
  ServingKeys0029,
  ModelAliases0030,
  ServingLimits0031,
] as const;
