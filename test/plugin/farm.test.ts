import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { farmHooks, type WrittenResources } from '../../src/plugin/farm.ts';
import { INSTALLED, newProject, type Project } from './project.ts';

// What Farm 1.7.11 handed on after a build of two modules for node, with greet as external; Farm itself is not among what the tests install.
const written = (project: Project, mode = 'production'): WrittenResources => ({
  resourcesMap: {
    'main.js': { emitted: false, info: { data: { dynamicImports: [], imports: [], isEntry: true } } },
    FARM_RUNTIME__runtime: { emitted: true, info: { data: '{}' } },
    'main.js.map': { emitted: false, info: null },
  },
  config: { root: project.folder, mode, external: ['greet', '^node:', '^fs($|/promises$)'], output: { path: 'out', targetEnv: 'node' } },
});

const built = (): Project =>
  newProject({
    ...INSTALLED,
    'package.json': '{ "name": "shop", "version": "1.0.0", "type": "module" }',
    'out/main.js': "import greet from 'greet';\nconsole.log(greet.greet());\n",
    'out/main.js.map': '{}',
  });

it('what Farm has written becomes an image', async () => {
  const project = built();
  await farmHooks({}).writeResources.executor(written(project));
  const { files, config } = await project.image();
  expect([...files.keys()].filter((path) => !path.includes('node_modules'))).toEqual(['app/main.js', 'app/package.json']);
  expect(config).toEqual({ Entrypoint: ['node', '/app/main.js'], WorkingDir: '/app' });
  expect(await project.started('app/main.js')).toBe('hello from greet\n');
});

it('Farm makes no image while it serves for development', async () => {
  const project = built();
  await farmHooks({}).writeResources.executor(written(project, 'development'));
  expect(existsSync(project.path('image.tar'))).toBe(false);
});
