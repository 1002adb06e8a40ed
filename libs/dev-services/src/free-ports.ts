import { createServer, type AddressInfo, type Server } from 'node:net';

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
const BASES = 380;
const STEP = 32;

/**
 * Start of a range of `count` free ports, fewer than 32. The range is this process's until it ends: it listens on the
 * last port of each range that it was given, where others who look for a range find it taken. Throws if 50 attempts find
 * none.
 */
export async function freePortBase(count: number): Promise<number> {
  if (count >= STEP) throw new Error(`a range has fewer than ${STEP} ports, not ${count}`);
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const base = LOWEST_BASE + Math.floor(Math.random() * BASES) * STEP;
    const reserved = await listeningOn(base + STEP - 1);
    if (reserved === undefined) continue;
    const ports = Array.from({ length: count }, (_unused, offset) => base + offset);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) {
      reserved.unref();
      return base;
    }
    reserved.close();
  }
  throw new Error('found no free range of ports');
}

async function isFree(port: number): Promise<boolean> {
  const probe = await listeningOn(port);
  if (probe === undefined) return false;
  await new Promise((resolve) => probe.close(resolve));
  return true;
}

/** Undefined if another program listens there. */
const listeningOn = (port: number): Promise<Server | undefined> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen(port, '127.0.0.1', () => resolve(probe));
  });
