import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The command that installs the clients. */
export const BUILD_RUNAPY = 'npm run build:runapy';

/** A release of the official Python client that the smoke tests use, and the test program for its interface. */
export interface ClientRelease {
  readonly version: string;
  readonly program: 'generated' | 'handwritten';
}

/**
 * The release of the base level (1.218.0), the hand-written client that was in use then, the next release, whose models
 * of projects are the strictest, and the newest one. 1.221.1 and 1.223.0 ran the same programs, with the models
 * of the newest. Up to 0.5.0 the client asks a Keycloak realm for its token (`/auth/realms/…`), which this API does not
 * have, and 0.1.0 is an empty module.
 */
export const CLIENTS: readonly ClientRelease[] = [
  { version: '0.8.0', program: 'handwritten' },
  { version: '1.218.0', program: 'generated' },
  { version: '1.219.0', program: 'generated' },
  { version: '1.224.0', program: 'generated' },
];

/** Packages that the client imports and does not always name. */
export const UNDECLARED_PACKAGES: readonly string[] = ['aiohttp==3.14.5', 'aiohttp-retry==2.9.1'];

/** Folder of the virtual environment of a release. */
export const environmentIn = (cacheDir: string, version: string): string =>
  join(cacheDir, `runapy-${version}`);

/** Python interpreter of the release; undefined if it is not installed. */
export function pythonOf(cacheDir: string, version: string): string | undefined {
  const folder = environmentIn(cacheDir, version);
  return existsSync(join(folder, 'complete')) ? join(folder, 'bin', 'python') : undefined;
}

/** Path of a smoke test program. `every_operation` and `metrics_report` go with the generated client. */
export const smokeTestProgram = (
  program: ClientRelease['program'] | 'every_operation' | 'metrics_report',
): string => join(__dirname, 'smoke-tests', `${program}.py`);
