import { cacheDir } from '@tessera/platform-config';
import { ALL_BINARIES, type KubeBinary } from './binaries';
import { ensureKube } from './ensure';

/** Builds the named binaries into the cache; without names all of them. */
function asked(names: readonly string[]): readonly KubeBinary[] {
  const unknown = names.filter((name) => !ALL_BINARIES.some((known) => known === name));
  if (unknown.length > 0) {
    throw new Error(`no such binary: ${unknown.join(', ')}; there are ${ALL_BINARIES.join(', ')}`);
  }
  return names.length > 0 ? ALL_BINARIES.filter((name) => names.includes(name)) : ALL_BINARIES;
}

async function main(): Promise<void> {
  const binaries = asked(process.argv.slice(2));
  const installation = await ensureKube({ cacheDir: cacheDir(), binaries, log: (line) => console.log(line) });
  console.log(`Kubernetes ${installation.version} is ready:`);
  for (const path of Object.values(installation.binaries)) console.log(`  ${path}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
