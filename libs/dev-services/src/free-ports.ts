import { createServer, type AddressInfo } from 'node:net';

/** Distinct ports of 127.0.0.1 that are free now. Another process may take one before it is used. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const probes = await Promise.all(Array.from({ length: count }, listening));
  const ports = probes.map((probe) => (probe.address() as AddressInfo).port);
  await Promise.all(probes.map((probe) => new Promise((resolve) => probe.close(resolve))));
  return ports;
}

function listening(): Promise<ReturnType<typeof createServer>> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => resolve(probe));
  });
}

/** Range of {@link freePortBase}: below the system's ephemeral ports. */
const LOWEST_BASE = 20_000;
const BASES = 600;
const STEP = 20;

/** Start of a range of `count` free ports, at most 20. Throws if 50 attempts find none. */
export async function freePortBase(count: number): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const base = LOWEST_BASE + Math.floor(Math.random() * BASES) * STEP;
    const ports = Array.from({ length: count }, (_unused, offset) => base + offset);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return base;
  }
  throw new Error('found no free range of ports');
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
