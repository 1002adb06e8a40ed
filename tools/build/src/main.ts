import { bundle } from './bundle';

/** Bundles the projects that are named, one after the other. */
async function main(projects: readonly string[]): Promise<void> {
  for (const project of projects) await bundle(project);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
