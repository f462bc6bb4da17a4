import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { newProject, type Project } from './project.ts';

/** Large enough that a signal meets it while it is packed. */
const PICTURE = randomBytes(12_000_000);

function made(to: string): Project {
  const project = newProject({
    'package.json': '{ "name": "shop", "version": "1.0.0", "type": "module" }',
    'src/main.js': "console.log('one');",
    'build.mjs': `
import { readFileSync } from 'node:fs';
import { rollup } from 'rollup';
import lading from 'lading/rollup';
const large = {
  generateBundle() { this.emitFile({ type: 'asset', fileName: 'picture.png', source: readFileSync('picture.png') }); },
  closeBundle: { order: 'pre', sequential: true, handler: () => console.log('packing') },
};
const build = await rollup({ input: 'src/main.js', plugins: [large, lading({ to: '${to}' })] });
await build.write({ dir: 'dist' });
await build.close();
`,
  });
  writeFileSync(project.path('picture.png'), PICTURE);
  return project;
}

/** Starts a build, and ends it so many milliseconds after it has begun to pack; gives the time that it took then. */
async function interrupted(project: Project, signal: NodeJS.Signals, after: number): Promise<number> {
  const child = spawn(process.execPath, ['build.mjs'], { cwd: project.folder, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  const begun = performance.now();
  const timer = setTimeout(() => child.kill(signal), after);
  await ended;
  clearTimeout(timer);
  return performance.now() - begun;
}

const LONG = 60_000;

describe.each([
  ['a docker-archive', 'image.tar'],
  ['an OCI layout', 'oci:image'],
])('a build of %s that is killed', (_, to) => {
  const path = to.replace('oci:', '');

  it('leaves the old image or the new one, and the next one ends', async () => {
    const project = made(to);
    const time = await interrupted(project, 'SIGTERM', LONG);
    const old = (await project.image(path)).digest;
    const other = made(to);
    other.write({ 'src/main.js': "console.log('two');" });
    expect(other.run()).toMatchObject({ status: 0 });
    const wanted = (await other.image(path)).digest;
    project.write({ 'src/main.js': "console.log('two');" });
    for (const [i, signal] of (['SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGTERM', 'SIGKILL'] as const).entries()) {
      await interrupted(project, signal, (time * (i + Math.random())) / 5);
      expect([old, wanted]).toContain((await project.image(path)).digest);
    }
    expect(project.run().status).toBe(0);
    const { digest, files } = await project.image(path);
    expect([digest, files.get('app/picture.png')?.length]).toEqual([wanted, new TextDecoder().decode(PICTURE).length]);
    expect(JSON.parse(readFileSync(project.path('lading-image.json'), 'utf8')).digest).toBe(wanted);
    const left = readdirSync(project.folder).filter((name) => name.startsWith('.'));
    expect([left, existsSync(project.path(path))]).toEqual([[], true]);
  });

  it('before there was one leaves none', async () => {
    const project = made(to);
    await interrupted(project, 'SIGKILL', 30);
    expect(existsSync(project.path('lading-image.json'))).toBe(false);
    expect(project.run().status).toBe(0);
    expect((await project.image(path)).files.has('app/main.js')).toBe(true);
  });
});
