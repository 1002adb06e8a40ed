/**
 * Memory of one device: the driver reserves a part of it, so a portion is a portion of the rest.
 * All amounts are MiB; shares are thousandths of a device.
 */

/** Memory that the driver reserves: the larger of a share of the device and a fixed minimum. */
export interface DriverReserve {
  readonly permille: number;
  readonly minMiB: number;
}

/** max(3 %, 256 MiB): the measured difference between a device and the sum of its shares (KAI-Scheduler issue 2212). */
export const DEFAULT_RESERVE: DriverReserve = { permille: 30, minMiB: 256 };

/** Memory available to replicas; 0 where the device's size is unknown (then only shares can be requested). */
export function usableMiB(memoryMiB: number, reserve: DriverReserve = DEFAULT_RESERVE): number {
  if (memoryMiB <= 0) return 0;
  const kept = Math.max(Math.ceil((memoryMiB * reserve.permille) / 1000), reserve.minMiB);
  return Math.max(0, memoryMiB - kept);
}

/** Memory of a share. Rounded down, so that shares that sum to 1000 never exceed the device. */
export const shareMiB = (milliGpu: number, usable: number): number => Math.floor((milliGpu * usable) / 1000);

/**
 * Share that corresponds to an amount of memory. Rounded down (at least 1): memory is the exact side of such a request,
 * and rounding up would reject the last of three requests for a third each.
 */
export const memoryShare = (memoryMiB: number, usable: number): number =>
  usable === 0 ? 1001 : Math.max(1, Math.floor((memoryMiB * 1000) / usable));

/** Share available to another replica: the smaller of free share and free memory. Never negative. */
export function effectiveMilli(freeMilli: number, freeMiB: number, usable: number): number {
  const byMemory = usable === 0 ? freeMilli : Math.floor((freeMiB * 1000) / usable);
  return Math.max(0, Math.min(freeMilli, byMemory));
}
