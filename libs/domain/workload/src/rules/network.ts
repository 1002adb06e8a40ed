import { given } from '../compile/ignored-fields';
import type { ExposedUrl, InferenceSpec, Port, ServingPort } from '../spec';
import { requireFields, type Report } from './violation';

const MAX_PORT = 65_535;
/** Default range of a cluster's node ports. */
const NODE_PORTS = { least: 30_000, most: 32_767 };

/** DNS: most characters of a host, and of one part of it between two dots. */
const MAX_HOST = { whole: 253, part: 63 };

/** Ports, URLs and who may call the endpoint. */
export function networkRules(spec: InferenceSpec, report: Report): void {
  if (spec.servingPort) servingRules(spec.servingPort, report);
  for (const { item, at } of given<Port>(spec.ports, 'spec.ports')) portRules(item, at, report);
  for (const { item, at } of given<ExposedUrl>(spec.exposedUrls, 'spec.exposedUrls'))
    urlRules(item, at, report);
  for (const { item, at } of given(spec.relatedUrls, 'spec.relatedUrls'))
    requireFields(item, ['url', 'type'], at, report);
}

function servingRules(port: ServingPort, report: Report): void {
  const path = 'spec.servingPort';
  requireFields(port, ['container'], path, report);
  hostRule(port.exposedUrl, `${path}.exposedUrl`, report);
  const users = (port.authorizedUsers?.length ?? 0) > 0;
  const groups = (port.authorizedGroups?.length ?? 0) > 0;
  const type = port.authorizationType;
  if (type === 'authorizedUsers')
    requireFields(users ? { authorizedUsers: true } : {}, ['authorizedUsers'], path, report);
  if (type === 'authorizedGroups')
    requireFields(groups ? { authorizedGroups: true } : {}, ['authorizedGroups'], path, report);
  if (type === 'authorizedUsersOrGroups' && users === groups)
    report(
      `${path}.authorizationType`,
      'authorizedUsersOrGroups needs either authorizedUsers or authorizedGroups',
    );
}

function portRules(port: Port, at: string, report: Report): void {
  requireFields(port, ['container', 'serviceType'], at, report);
  const { external, serviceType } = port;
  if (typeof external !== 'number') return;
  const range = serviceType === 'NodePort' ? NODE_PORTS : { least: 1, most: MAX_PORT };
  if (external < range.least || external > range.most)
    report(`${at}.external`, `must be between ${range.least} and ${range.most}, not ${external}`);
}

function urlRules(url: ExposedUrl, at: string, report: Report): void {
  requireFields(url, ['container'], at, report);
  const { container, authorizationType, authorizedUsers, authorizedGroups } = url;
  hostRule(url.url, `${at}.url`, report);
  if (typeof container === 'number' && (container < 1 || container > MAX_PORT))
    report(`${at}.container`, `must be between 1 and ${MAX_PORT}, not ${container}`);
  if (authorizationType === 'authorizedUsers' && !authorizedUsers?.length)
    requireFields({}, ['authorizedUsers'], at, report);
  if (authorizationType === 'authorizedGroups' && !authorizedGroups?.length)
    requireFields({}, ['authorizedGroups'], at, report);
}

/** Text that is no URL is left to the rules on hosts and to the cluster. */
function hostRule(url: string | null | undefined, field: string, report: Report): void {
  if (!url || !URL.canParse(url)) return;
  const { hostname } = new URL(url);
  const longest = Math.max(...hostname.split('.').map(({ length }) => length));
  if (hostname.length > MAX_HOST.whole || longest > MAX_HOST.part)
    report(
      field,
      `a host has at most ${MAX_HOST.whole} characters, and ${MAX_HOST.part} between two dots; this one has ${hostname.length} and ${longest}`,
    );
}
