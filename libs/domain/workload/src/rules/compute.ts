import { isQualifiedName } from '../kubernetes-names';
import { compareQuantities, isInteger, quantityOfNumber, type Quantity } from '../quantity';
import { given } from '../compile/ignored-fields';
import type { Compute, InferenceSpec } from '../spec';
import { MISSING, positiveBytes, positiveQuantity, requireFields, type Report } from './violation';

const PATH = 'spec.compute';
/** A portion above 1 is a number of devices, and that is 31 bits. */
const MAX_DEVICES = 2 ** 31 - 1;
/** Kubernetes counts thousandths of a core in 64 bits, and JSON holds 53 of them. */
const MAX_CORES = 1_000_000_000_000;

/** Compute rules (reference §2.4). Fields that `gpuRequestType` disables are not checked. */
export function computeRules(spec: InferenceSpec, report: Report): void {
  const compute = spec.compute ?? {};
  gpuRules(compute, report);
  atLeastZero(compute, 'cpuCoreRequest', report);
  atLeastZero(compute, 'cpuCoreLimit', report);
  limitAtLeast(
    number(compute.cpuCoreRequest),
    number(compute.cpuCoreLimit),
    'cpuCoreLimit',
    'cpuCoreRequest',
    report,
  );
  memoryPair(compute, 'cpuMemoryRequest', 'cpuMemoryLimit', report);
  extendedRules(compute, report);
}

function gpuRules(compute: Compute, report: Report): void {
  const type = compute.gpuRequestType ?? undefined;
  const devices = compute.gpuDevicesRequest ?? (type === undefined ? 0 : 1);
  if (devices < 0) report(`${PATH}.gpuDevicesRequest`, `must be at least 0, not ${devices}`);
  if (type === undefined || devices <= 0) return;
  if (type === 'portion') return portionRules(compute, devices, report);
  if (devices > 1)
    report(
      `${PATH}.gpuDevicesRequest`,
      `several devices can be requested by portion only, not with gpuRequestType ${type}`,
    );
  if (type === 'migProfile') return requireFields(compute, ['migProfile'], PATH, report);
  requireFields(compute, ['gpuMemoryRequest'], PATH, report);
  memoryPair(compute, 'gpuMemoryRequest', 'gpuMemoryLimit', report);
}

function portionRules(compute: Compute, devices: number, report: Report): void {
  const field = `${PATH}.gpuPortionRequest`;
  const { gpuPortionRequest: request, gpuPortionLimit: limit } = compute;
  if (request === undefined || request === null) return report(field, MISSING);
  if (request <= 0) report(field, `must be more than 0, not ${request}`);
  else if (request > MAX_DEVICES) report(field, `must be at most ${MAX_DEVICES}, not ${request}`);
  else if (request > 1 && !Number.isInteger(request))
    report(field, `must be at most 1 (the share of one device), not ${request}`);
  else if (request > 1 && devices > 1 && request !== devices)
    report(field, `must be at most 1 with ${devices} devices, not ${request}`);
  if (typeof limit === 'number' && limit > Math.max(1, request))
    report(`${PATH}.gpuPortionLimit`, `must be at most 1 (the share of one device), not ${limit}`);
  limitAtLeast(number(request), number(limit), 'gpuPortionLimit', 'gpuPortionRequest', report);
}

const number = (value: number | null | undefined): Quantity | undefined =>
  typeof value === 'number' ? quantityOfNumber(value) : undefined;

function atLeastZero(compute: Compute, name: 'cpuCoreRequest' | 'cpuCoreLimit', report: Report): void {
  const value = compute[name];
  if (typeof value !== 'number') return;
  if (value < 0) report(`${PATH}.${name}`, `must be at least 0, not ${value}`);
  if (value > MAX_CORES) report(`${PATH}.${name}`, `must be at most ${MAX_CORES}, not ${value}`);
}

type MemoryField = 'cpuMemoryRequest' | 'cpuMemoryLimit' | 'gpuMemoryRequest' | 'gpuMemoryLimit';

function memoryPair(compute: Compute, request: MemoryField, limit: MemoryField, report: Report): void {
  const least = positiveBytes(compute[request], `${PATH}.${request}`, report);
  const most = positiveBytes(compute[limit], `${PATH}.${limit}`, report);
  limitAtLeast(least, most, limit, request, report);
}

function limitAtLeast(
  request: Quantity | undefined,
  limit: Quantity | undefined,
  limitName: string,
  requestName: string,
  report: Report,
): void {
  if (request !== undefined && limit !== undefined && compareQuantities(limit, request) < 0)
    report(`${PATH}.${limitName}`, `must not be less than ${requestName}`);
}

function extendedRules(compute: Compute, report: Report): void {
  for (const { item, at } of given(compute.extendedResources, `${PATH}.extendedResources`)) {
    requireFields(item, ['resource', 'quantity'], at, report);
    const { resource } = item;
    if (resource && !isExtendedName(resource))
      report(
        `${at}.resource`,
        `"${resource}" is not the name of an extended resource; write <domain>/<name>`,
      );
    const quantity = positiveQuantity(item.quantity || undefined, `${at}.quantity`, report);
    if (quantity !== undefined && !isInteger(quantity))
      report(`${at}.quantity`, `must be a whole number, not "${item.quantity}"`);
  }
}

/** Kubernetes: a qualified name with a domain that is not its own. */
const isExtendedName = (name: string): boolean =>
  name.includes('/') && isQualifiedName(name) && !/^([^/]*\.)?kubernetes\.io\//.test(name);
