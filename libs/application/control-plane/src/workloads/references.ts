import { conventionalClaim, namedAssets, type References } from '@tessera/domain-workload';
import type { HistoryEntry, ProjectPlace, SpecJson, WorkloadRecord } from './model';
import type { AssetNames, ControlPlaneDependencies, VersionedReferences } from './ports';

type Dependencies = Pick<ControlPlaneDependencies, 'directory'>;

/** What the data volumes and credentials of a spec resolve to in a project; reads nothing if the spec has none. */
export async function referencesOf(
  dependencies: Dependencies,
  projectId: string,
  spec: SpecJson,
): Promise<References | undefined> {
  const named = assetsOf(spec);
  return named && knownOf(await dependencies.directory.references(projectId, named));
}

/** The same from the cache, with the version that shows whether it is still current; no version if nothing is named. */
export async function cachedReferencesOf(
  dependencies: Dependencies,
  projectId: string,
  spec: SpecJson,
): Promise<{ readonly references: References | undefined; readonly version: string | undefined }> {
  const named = assetsOf(spec);
  if (named === undefined) return { references: undefined, version: undefined };
  const found = await dependencies.directory.cachedReferences(projectId, named);
  return { references: knownOf(found), version: found.version };
}

function assetsOf(spec: SpecJson): AssetNames | undefined {
  const { dataVolumes, credentials } = namedAssets(spec);
  if (dataVolumes.length === 0 && credentials.length === 0) return undefined;
  return { dataVolumes: dataVolumes.map(({ id }) => id), credentials };
}

function knownOf({ references }: VersionedReferences): References | undefined {
  const some = Object.values(references).some((names) => Object.keys(names ?? {}).length > 0);
  return some ? references : undefined;
}

/** A notice about a workload for its owner. */
interface Notice {
  readonly reason: string;
  readonly message: string;
}

/**
 * The data volumes of a spec that its project does not have, those of other projects included. This is no error: the
 * cluster's operator may have created the claim under the name derived from the id. Reported for every generation,
 * since a data volume may have been deleted meanwhile.
 */
export function unknownVolumes(
  spec: SpecJson,
  references: References | undefined,
  project: Pick<ProjectPlace, 'name'>,
): readonly Notice[] {
  const known = references?.dataVolumes ?? {};
  return namedAssets(spec)
    .dataVolumes.filter(({ id }) => !Object.hasOwn(known, id))
    .map(({ id, at }) => ({
      reason: 'DataVolumeUnknown',
      message: `${at}: project ${project.name} has no data volume ${id}; the claim "${conventionalClaim(id)}" of its namespace is mounted`,
    }));
}

/** Maximum number of events that one request adds to a history, and maximum length of each, characters. */
const MOST_NOTICES = 100;
const LONGEST_NOTICE = 1000;

/** One event of the API for each notice; if there are too many, the first ones and the number of the rest. */
export const noticeEvents = (
  dependencies: Pick<ControlPlaneDependencies, 'newId'>,
  workload: WorkloadRecord,
  notices: readonly Notice[],
  now: string,
): readonly HistoryEntry[] =>
  fewOf(notices).map(({ reason, message }) => ({
    id: dependencies.newId(),
    workloadId: workload.id,
    createdAt: now,
    kind: 'event',
    type: 'Normal',
    reason,
    message,
    source: 'tessera-api',
    involved: { uid: workload.id, kind: 'Inference', name: workload.name },
  }));

function fewOf(notices: readonly Notice[]): readonly Notice[] {
  const shown = notices
    .slice(0, MOST_NOTICES)
    .map(({ reason, message }) => ({ reason, message: message.slice(0, LONGEST_NOTICE) }));
  const last = shown.at(-1);
  if (last === undefined || notices.length <= MOST_NOTICES) return shown;
  const more = notices.length - MOST_NOTICES;
  return [...shown, { reason: last.reason, message: `${more} more events like these are not listed` }];
}
