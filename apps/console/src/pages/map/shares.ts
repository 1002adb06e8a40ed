import { maybe } from '@tessera/kernel';
import type { ApiNode } from '../../api/read-nodes';

type ApiGpu = ApiNode['gpus'][number];
/** Whose a share is; of a workload that the reader may not see, its size alone. */
export type Holder = NonNullable<ApiGpu['holders']>[number];

/** A share or a MIG instance in its place on a GPU: parts of the GPU and of its memory, 0 to 1. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly memoryFrom: number;
  readonly memoryTo: number;
  /** Absent for a MIG instance that nobody uses. */
  readonly holder?: Holder;
  readonly mig?: { readonly profile: string; readonly start: number; readonly size?: number | undefined };
}

export interface Gpu {
  readonly index: number;
  readonly model: string;
  /** MiB; null where it is not known. */
  readonly memoryMiB: number | null;
  /** Allocated part, 0 to 1. */
  readonly allocated: number;
  readonly available: boolean;
  readonly uuid?: string | undefined;
  readonly reservation?: ApiGpu['reservation'];
  readonly isPartitioned: boolean;
  readonly pieces: readonly Piece[];
}

export interface MapNode {
  readonly name: string;
  readonly pool: string;
  readonly status: ApiNode['status'];
  readonly gpus: readonly Gpu[];
}

/** Memory slices of the models with MIG whose geometry the API does not report. */
const USUAL_SLICES = 8;

/** A node as the map draws it. */
export const mapNode = ({ name, nodePool, status, gpus }: ApiNode): MapNode => ({
  name,
  pool: nodePool,
  status,
  gpus: gpus.map((gpu) => ({
    index: gpu.index,
    model: gpu.model,
    memoryMiB: gpu.memoryMiB,
    allocated: Math.min(1, gpu.allocatedGpu),
    available: gpu.available,
    uuid: gpu.uuid,
    reservation: gpu.reservation,
    isPartitioned: gpu.mig !== undefined,
    pieces: gpu.mig === undefined ? sharesOf(gpu) : instancesOf(gpu, gpu.mig),
  })),
});

/** Shares have no places on a GPU; they stand side by side in the order of their ages. */
function sharesOf({ holders = [], memoryMiB }: ApiGpu): readonly Piece[] {
  let milli = 0;
  let mib = 0;
  return holders.map((holder) => {
    const from = milli;
    const memoryFrom = mib;
    milli += holder.milliGpu;
    mib += holder.memoryMiB ?? 0;
    const part = (of: number): number => Math.min(1, of / 1000);
    const memoryPart = (of: number): number => (memoryMiB ? Math.min(1, of / memoryMiB) : part(of));
    return {
      from: part(from),
      to: part(milli),
      memoryFrom: memoryMiB ? memoryPart(memoryFrom) : part(from),
      memoryTo: memoryMiB ? memoryPart(mib) : part(milli),
      holder,
    };
  });
}

/** Instances in their intervals of memory slices, used or not. */
function instancesOf({ holders = [], migSlices }: ApiGpu, mig: NonNullable<ApiGpu['mig']>): readonly Piece[] {
  const byStart = new Map(holders.map((holder) => [holder.mig?.start, holder]));
  const end = Math.max(...mig.map(({ start, size = 1 }) => start + size), 1);
  const slices = Math.max(migSlices ?? USUAL_SLICES, end);
  return mig.map(({ profile, start, size }) => {
    const from = start / slices;
    const to = (start + (size ?? 1)) / slices;
    const holder = byStart.get(start);
    return {
      ...{ from, to, memoryFrom: from, memoryTo: to, mig: { profile, start, size } },
      ...maybe('holder', holder),
    };
  });
}

/** Whether a share is of what the reader looks for: part of the name of its workload, project or pod, or an id. */
export function matches({ holder }: Piece, wanted: string): boolean {
  if (holder === undefined) return false;
  const { workload, pod = '' } = holder;
  return (
    workload !== undefined &&
    (workload.id === wanted ||
      [workload.name, workload.projectName, pod].some((text) => text.toLowerCase().includes(wanted)))
  );
}
