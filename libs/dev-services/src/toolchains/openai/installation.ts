import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The command that installs the clients. */
export const BUILD_OPENAI = 'npm run build:openai';

/** OpenAI's client for Python, and LangChain on top of it. */
export const OPENAI_PACKAGES: readonly string[] = ['openai==3.57.0', 'langchain-openai==1.7.4'];

/** Folder of their virtual environment. */
export const openaiEnvironmentIn = (cacheDir: string): string => join(cacheDir, 'openai-3.57.0');

/** Python interpreter that has them; undefined where they are not installed. */
export function findOpenaiPython(cacheDir: string): string | undefined {
  const folder = openaiEnvironmentIn(cacheDir);
  return existsSync(join(folder, 'complete')) ? join(folder, 'bin', 'python') : undefined;
}
