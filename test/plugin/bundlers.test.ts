import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BUNDLERS } from './bundlers.ts';
import { bunProgram, INSTALLED, newProject, type Project, SERVER } from './project.ts';

const bun = bunProgram();

for (const { name, script } of BUNDLERS) {
  const program = name === 'bun' ? bun : process.execPath;
  describe.skipIf(!program)(`a build with ${name}${program ? '' : ' (skipped: bun is not installed)'}`, () => {
    const made = (options = '{}'): Project => newProject({ ...SERVER, ...INSTALLED, 'build.mjs': script.replaceAll('OPTIONS', options) });
    const run = (project: Project): { status: number | null; output: string } => project.run('build.mjs', { program: program as string });

    it('ends with an image of the server, what it needs, and nothing else', async () => {
      const project = made();
      const { status, output } = run(project);
      expect([status, output]).toEqual([
        0,
        expect.stringMatching(/me\/shop:1\.2\.0 sha256:[0-9a-f]{64} in image\.tar: dependencies [\d.]+ k?B, code [\d.]+ k?B/),
      ]);
      expect(output).toContain('made from scratch and has no node');
      const image = await project.image();
      const own = [...image.files.keys()].filter((path) => !path.includes('node_modules'));
      expect([...image.files.keys()].filter((path) => path.includes('node_modules'))).toEqual([
        'app/node_modules/greet/index.js',
        'app/node_modules/greet/node_modules/words/index.js',
        'app/node_modules/greet/node_modules/words/package.json',
        'app/node_modules/greet/package.json',
        'app/node_modules/words/index.js',
        'app/node_modules/words/package.json',
      ]);
      expect(own).toContain('app/main.js');
      expect(own.filter((path) => !/^app\/([\w./-]+\.js|package\.json)$/.test(path))).toEqual([]);
      expect(image.config).toMatchObject({ Entrypoint: ['node', '/app/main.js'], WorkingDir: '/app' });
      expect(image.layers).toEqual(['dependencies', 'code']);
      expect(image.names).toContain('me/shop:1.2.0');
      expect(await project.started('app/main.js')).toBe('hello from greet good day\nlater\n');
    });

    it('gives the same image again, and then compresses nothing', async () => {
      const project = made();
      run(project);
      const first = await project.image();
      const { output } = run(project);
      expect(output).toMatch(/dependencies [\d.]+ k?B \(cached\), code [\d.]+ k?B \(cached\)/);
      expect((await project.image()).digest).toBe(first.digest);
      const metadata = JSON.parse(readFileSync(project.path('lading-image.json'), 'utf8'));
      expect(metadata).toMatchObject({ digest: first.digest, tags: ['me/shop:1.2.0'], outputs: [{ kind: 'docker-archive', path: 'image.tar' }] });
      expect(metadata.images[0].layers.map(({ name: layer, cached }: { name: string; cached: boolean }) => [layer, cached])).toEqual([
        ['dependencies', true],
        ['code', true],
      ]);
    });

    it('changes the layer of the code alone when the code changes', async () => {
      const project = made();
      run(project);
      const before = await project.image();
      project.write({ 'src/later.js': "export const later = 'even later';\n" });
      run(project);
      const after = await project.image();
      expect(after.digests.map((digest, i) => digest === before.digests[i])).toEqual([true, false]);
    });

    it('fails with the reason, and leaves what is there', async () => {
      const project = made("{ to: 'out/app.tar' }");
      project.write({ 'out/app.tar': 'precious' });
      const { status, output } = run(project);
      expect([status, output]).toEqual([1, expect.stringMatching(/out\/app\.tar.*was not made by lading/)]);
      expect(readFileSync(project.path('out/app.tar'), 'utf8')).toBe('precious');
    });

    it('says at its start which option is wrong', () => {
      const project = made("{ root: 'app' }");
      const { status, output } = run(project);
      expect([status, output]).toEqual([1, expect.stringContaining('the option "root" of lading: it is an absolute path')]);
      expect(existsSync(project.path('dist'))).toBe(false);
    });
  });
}
