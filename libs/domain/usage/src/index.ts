export { endOf, type Allocation, type Ending, type GpuKind } from './allocation';
export { changesBy, differsFrom, type AllocationChange, type Evidence, type Snapshot } from './evidence';
export { gpuHours, HOUR_MS, hourOf, type GpuHour, type Period } from './hours';
export { idleMs, idleText, isIdle, type Activity, type HoldingWorkload } from './idle';
export { priceOf, type PriceTable } from './prices';
