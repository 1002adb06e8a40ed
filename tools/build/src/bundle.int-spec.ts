import { execFileSync } from 'node:child_process';
import { isBuiltin } from 'node:module';
import { resolve } from 'node:path';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { bundle } from './bundle';
import { CycloneDx } from './cyclone-dx';
import type { sbomOf } from './sbom';

describe('the bundle of a service that talks to Kubernetes', () => {
  it('has the client, and none of the classes of kinds of objects that nobody makes', async () => {
    await bundle('apps/scheduler');
    const text = await readFile('dist/apps/scheduler/main.js', 'utf8');
    expect(text).toContain('loadFromString');
    expect(text).not.toContain('attributeTypeMap');
    expect(text).not.toContain('require("@kubernetes/client-node")');
  });
});

describe('the bill of materials of a service', () => {
  it.each(['api', 'scheduler', 'gateway', 'metrics'])(
    'of %s keeps the rules of CycloneDX and has every package that its bundle asks for',
    async (app) => {
      await bundle(`apps/${app}`);
      const text = await readFile(`dist/apps/${app}/main.js`, 'utf8');
      const sbom = JSON.parse(await readFile(`dist/apps/${app}/sbom.cdx.json`, 'utf8')) as ReturnType<
        typeof sbomOf
      >;
      expect(CycloneDx.safeParse(sbom).error).toBeUndefined();
      const names = new Set(sbom.components.map(({ name }) => name));
      const asked = [...text.matchAll(/require\("([^"]+)"\)/g)].flatMap(([, path = '']) =>
        isBuiltin(path) ? [] : [/^(@[^/]+\/)?[^/]+/.exec(path)?.[0]],
      );
      expect(asked.length).toBeGreaterThan(5);
      expect(asked.filter((name) => name === undefined || !names.has(name))).toEqual([]);
    },
  );
});

describe('a bundle that was built before', () => {
  const project = 'dist/bundle-under-test';
  const bundled = (): Promise<string> => readFile(`dist/${project}/main.js`, 'utf8');
  beforeAll(async () => {
    await mkdir(`${project}/src`, { recursive: true });
    await writeFile(`${project}/package.json`, '{"name":"under-test","version":"1.0.0"}');
    await writeFile(`${project}/src/main.ts`, "import { said } from './said';\nconsole.log(said);\n");
    await writeFile(`${project}/src/said.ts`, "export const said: string = 'first';\n");
    await bundle(project);
  });
  afterAll(async () => {
    for (const folder of [project, `dist/${project}`]) await rm(folder, { recursive: true });
  });

  it('is not built again', async () => {
    expect(await bundle(project)).toBe('fresh');
    expect(await bundled()).toContain('first');
  });

  it('is built again where a source changed', async () => {
    await writeFile(`${project}/src/said.ts`, "export const said: string = 'second';\n");
    expect(await bundle(project)).toBe('built');
    expect(await bundled()).toContain('second');
    expect(await bundle(project)).toBe('fresh');
  });

  it('is built again where the manifest of a package, or the bundle, changed', async () => {
    await writeFile(`${project}/package.json`, '{"name":"under-test","version":"1.0.1"}');
    expect(await bundle(project)).toBe('built');
    await writeFile(`dist/${project}/main.js`, 'broken');
    expect(await bundle(project)).toBe('built');
    expect(await bundled()).toContain('second');
  });

  it('finds the files beside a source', async () => {
    await writeFile(`${project}/src/said.ts`, 'export const said = [__dirname, __filename];\n');
    await bundle(project);
    const printed = execFileSync(process.execPath, [`dist/${project}/main.js`], { encoding: 'utf8' });
    const place = resolve(project, 'src');
    expect(printed.match(/'[^']+'/g)).toEqual([`'${place}'`, `'${place}/said.ts'`]);
  });

  it('is built again where a source is gone', async () => {
    await rm(`${project}/src/said.ts`);
    await expect(bundle(project)).rejects.toThrow('said');
  });
});
