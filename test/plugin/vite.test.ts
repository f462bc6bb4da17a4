import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { newProject, type Project } from './project.ts';

const BUILD = 'node_modules/vite/bin/vite.js build';

const SITE: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "site", "version": "1.0.0", "type": "module" }',
  'index.html':
    '<!doctype html><link rel="stylesheet" href="/src/style.css"><img src="/src/logo.png"><script type="module" src="/src/main.js"></script>',
  'src/style.css': 'h1 { color: teal }',
  'src/main.js': "document.title = 'hello';",
  'src/logo.png': 'too large to be inlined '.repeat(400),
  'public/robots.txt': 'User-agent: *',
  'public/.well-known/security.txt': 'Contact: mailto:me@example.com',
  'public/fonts/serif/bold.woff2': 'font',
};

const SERVER: Readonly<Record<string, string>> = {
  'src/server.js':
    "import { readFileSync } from 'node:fs';\nconsole.log(readFileSync(new URL('../client/index.html', import.meta.url), 'utf8').slice(0, 15));\n",
};

const config = (text: string): Record<string, string> => ({ 'vite.config.mjs': `import lading from 'lading/vite';\nexport default ${text};\n` });

const environments =
  "environments: { client: { build: { outDir: 'dist/client' } }, ssr: { build: { outDir: 'dist/server', rolldownOptions: { input: 'src/server.js' } } } }";

const imagesIn = (output: string): number => output.match(/sha256:[0-9a-f]{64}/g)?.length ?? 0;

describe('a static site of Vite', () => {
  it('has its files below the root, and nothing that starts', async () => {
    const project = newProject({ ...SITE, ...config("{ plugins: [lading({ root: '/srv/www' })] }") });
    const { status, output } = project.run(BUILD);
    expect([status, output]).toEqual([0, expect.stringContaining('has nothing to serve its files with: name a base in "from"')]);
    const { files, origins, layers, config: container } = await project.image();
    const paths = [...files.keys()].map((path) => path.replace(/-[\w-]{8}\./, '-HASH.'));
    expect(paths.sort()).toEqual([
      'srv/www/.well-known/security.txt',
      'srv/www/assets/index-HASH.css',
      'srv/www/assets/index-HASH.js',
      'srv/www/assets/logo-HASH.png',
      'srv/www/fonts/serif/bold.woff2',
      'srv/www/index.html',
      'srv/www/robots.txt',
    ]);
    expect(layers).toEqual(['assets', 'code']);
    expect(['fonts/serif/bold.woff2', 'robots.txt', 'index.html'].map((path) => origins.get(`srv/www/${path}`))).toEqual([0, 0, 1]);
    expect(container).toEqual({});
  });

  it('is left without an image when it does not build', () => {
    const project = newProject({ ...SITE, ...config('{ plugins: [lading()] }'), 'src/main.js': 'this is (' });
    expect(project.run(BUILD).status).toBe(1);
    expect(existsSync(project.path('image.tar'))).toBe(false);
  });

  it('is left without an image while it is served for development', () => {
    const project = newProject({
      ...SITE,
      'serve.mjs': `
import { createServer } from 'vite';
import lading from 'lading/vite';
const server = await createServer({ configFile: false, plugins: [lading()], server: { port: 0 }, optimizeDeps: { noDiscovery: true } });
console.log((await server.transformRequest('/src/main.js')).code);
await server.close();
`,
    });
    expect(project.run('serve.mjs')).toMatchObject({ status: 0, output: expect.stringContaining('document.title') });
    expect(existsSync(project.path('image.tar'))).toBe(false);
  });

  it('is left without an image while it is watched', async () => {
    const project = newProject({ ...SITE, ...config('{ plugins: [lading()] }') });
    expect(await project.runUntil(`${BUILD} --watch`, /built in/)).toContain('built in');
    expect([existsSync(project.path('dist/index.html')), existsSync(project.path('image.tar'))]).toEqual([true, false]);
  });
});

describe('a client and a server of Vite in one build', () => {
  const both = async (project: Project): Promise<void> => {
    const { status, output } = project.run(BUILD);
    expect([status, imagesIn(output), output]).toEqual([0, 1, expect.not.stringContaining('nothing to serve')]);
    const { files, config: container } = await project.image();
    expect([...files.keys()]).toEqual(expect.arrayContaining(['app/client/index.html', 'app/client/robots.txt', 'app/server/server.js']));
    expect(files.has('app/server/robots.txt')).toBe(false);
    expect(container).toEqual({ Entrypoint: ['node', '/app/server/server.js'], WorkingDir: '/app' });
    expect(await project.started('app/server/server.js')).toBe('<!doctype html>\n');
  };

  it.each([
    ['without a builder', ''],
    ['with a builder', 'builder: {}'],
    [
      'with a builder that builds as its user wants it',
      'builder: { async buildApp(builder) { for (const name of ["ssr", "client"]) await builder.build(builder.environments[name]) } }',
    ],
  ])('%s are one image, written once', async (_, builder) => {
    await both(newProject({ ...SITE, ...SERVER, ...config(`{ ${environments}, ${builder}${builder && ','} plugins: [lading()] }`) }));
  });

  it('are the server alone if the command asks for that', async () => {
    const project = newProject({ ...SITE, ...SERVER, ...config(`{ ${environments}, plugins: [lading()] }`) });
    expect(project.run(`${BUILD} --ssr src/server.js`).status).toBe(0);
    const { files, config: container } = await project.image();
    expect([[...files.keys()], existsSync(project.path('dist/client'))]).toEqual([['app/package.json', 'app/server.js'], false]);
    expect(container).toMatchObject({ Entrypoint: ['node', '/app/server.js'] });
  });

  it('are what the builder builds, and no more', async () => {
    const builder = 'builder: { buildApp: (builder) => builder.build(builder.environments.ssr) }';
    const project = newProject({ ...SITE, ...SERVER, ...config(`{ ${environments}, ${builder}, plugins: [lading()] }`) });
    expect(project.run(BUILD).status).toBe(0);
    const { files, config: container } = await project.image();
    expect([...files.keys()]).toEqual(['app/package.json', 'app/server.js']);
    expect(container).toMatchObject({ Entrypoint: ['node', '/app/server.js'] });
  });
});
