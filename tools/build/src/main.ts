import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from './bundle';
import { buildSite } from './site';

/** Builds the projects that are named, one after the other: services, and pages where there is an `index.html`. */
async function main(projects: readonly string[]): Promise<void> {
  for (const project of projects)
    await (existsSync(join(project, 'index.html')) ? buildSite(project) : bundle(project));
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
