// @ts-check
// Packs the package as npm would publish it, judges the tarball, and compiles and runs a project that has it as a dependency.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tallyChecks } from './tally.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const doors = Object.keys(manifest.exports).filter((door) => door !== './package.json');
const isPlugin = (/** @type {string} */ door) => manifest.exports[door].types.includes('/plugin/');
const home = mkdtempSync(join(tmpdir(), 'lading-package-'));

/** Runs a command and returns what it printed; what it printed is the reason when it fails. */
function run(/** @type {string} */ command, /** @type {string[]} */ args, cwd = home) {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stdout, stderr } = /** @type {{ stdout: string, stderr: string }} */ (error);
    throw new Error(`${command} ${args.join(' ')}\n${stdout}${stderr}`);
  }
}
const tool = (/** @type {string} */ name) => `${root}node_modules/.bin/${name}`;

run('npm', ['pack', '--pack-destination', home], root);
const tarball = join(home, `${manifest.name}-${manifest.version}.tgz`);

function holdsOnlyWhatIsUsed() {
  const paths = run('tar', ['-tzf', tarball]).trimEnd().split('\n');
  const strays = paths.filter(
    (path) => !/^package\/(dist\/.*(\.js|\.d\.ts)|docs\/.*\.(md|json|svg)|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(path),
  );
  if (strays.length > 0) throw new Error(`The tarball holds ${strays.join(', ')}`);
}

/** A project with nothing but the tarball: no Node types, so every portable door must do without them. */
function installConsumer() {
  cpSync(fileURLToPath(new URL('consumer', import.meta.url)), home, { recursive: true });
  writeFileSync(join(home, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies: { lading: `file:${tarball}` } }));
  run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts']);
  const portable = doors
    .filter((door) => door !== './node' && !isPlugin(door))
    .map((door, i) => `import * as door${i} from 'lading${door.slice(1)}';\nprint(door${i});\n`);
  writeFileSync(join(home, 'doors.ts'), `const print = (door: object): void => console.log(Object.keys(door).length);\n${portable.join('')}`);
}

function compiles(/** @type {string} */ module, /** @type {string} */ resolution) {
  const strict = '--strict --exactOptionalPropertyTypes --target es2023 --lib es2023,dom,dom.asynciterable --types'.split(' ');
  run(tool('tsc'), ['doors.ts', 'main.ts', '--outDir', module, '--module', module, '--moduleResolution', resolution, ...strict, '']);
}

function nodeDoorCompiles() {
  symlinkSync(`${root}node_modules/@types`, join(home, 'node_modules/@types'));
  writeFileSync(join(home, 'node.ts'), "export * from 'lading/node';\n");
  run(tool('tsc'), ['node.ts', '--noEmit', '--strict', '--target', 'es2023', '--module', 'nodenext', '--types', 'node']);
}

/** Whoever uses the plugin has unplugin, and types of Node and of one bundler: those of the others are missing. */
function pluginDoorsCompile() {
  symlinkSync(`${root}node_modules/unplugin`, join(home, 'node_modules/unplugin'));
  const uses = doors.filter(isPlugin).map((door, i) => `import lading${i} from 'lading${door.slice(1)}';\nlading${i}({ tags: ['app:1'] });\n`);
  writeFileSync(join(home, 'plugins.ts'), uses.join(''));
  run(tool('tsc'), ['plugins.ts', '--noEmit', '--strict', '--skipLibCheck', '--target', 'es2023', '--module', 'nodenext', '--types', 'node']);
}

function commandRuns() {
  const printed = run('npx', ['--no-install', 'lading', '--version']).trim();
  if (printed !== manifest.version) throw new Error(`lading --version printed ${printed}`);
}

try {
  await tallyChecks('package', [
    ['the tarball holds the built files, the docs and nothing else', holdsOnlyWhatIsUsed],
    ['publint has nothing to say', () => void run(tool('publint'), ['run', tarball, '--strict'], root)],
    ['are-the-types-wrong has nothing to say', () => void run(tool('attw'), [tarball, '--profile', 'esm-only'], root)],
    ['it installs', installConsumer],
    ['every portable door compiles by Node resolution, without Node types', () => compiles('nodenext', 'nodenext')],
    ['every portable door compiles by bundler resolution, without Node types', () => compiles('esnext', 'bundler')],
    ['the door for Node compiles', nodeDoorCompiles],
    ['the doors for bundlers compile', pluginDoorsCompile],
    ...doors.map(
      (door) =>
        /** @type {[string, () => void]} */ ([`lading${door.slice(1)} loads`, () => void run('node', ['-e', `import('lading${door.slice(1)}')`])]),
    ),
    ['the compiled project runs', () => void run('node', ['nodenext/main.js'])],
    ['the command runs', commandRuns],
  ]);
} finally {
  rmSync(home, { recursive: true });
}
