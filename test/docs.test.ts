import { exec } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { transform } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandsOf, type Example, examplesOf, isAsShown, linksOf, pages, promisedBy, root } from './docs/examples.ts';
import { makeExampleFolder } from './docs/folder.ts';

const examples = pages.flatMap(examplesOf);
const inLanguage = (language: string): Example[] => examples.filter((example) => example.language === language);
const fileOf = ({ place }: Example): string => place.replace(/\W/g, '-');

let folder: string;
let server: Server;
beforeAll(async () => {
  folder = await makeExampleFolder();
  server = createServer((request, response) => {
    const path = join(folder, request.url ?? '');
    if (existsSync(path)) response.end(readFileSync(path));
    else response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
});
afterAll(() => {
  server.close().closeAllConnections();
  rmSync(folder, { recursive: true });
});

interface Result {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

function run(command: string, cwd: string): Promise<Result> {
  const env = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}`, NO_COLOR: '1', TZ: 'UTC', LC_ALL: 'C.UTF-8' };
  return new Promise((resolve) => {
    const child = exec(`set -o pipefail\n${command}`, { cwd, env, shell: '/bin/bash' }, (error, output, errors) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : error ? -1 : 0, output, errors });
    });
    child.stdin?.end();
  });
}

/** Each example has a folder of its own, so that none sees what another has written. */
async function inCopy<T>(example: Example, use: (copy: string) => Promise<T>): Promise<T> {
  const copy = `${folder}-${fileOf(example)}`;
  cpSync(folder, copy, { recursive: true, verbatimSymlinks: true });
  try {
    return await use(copy);
  } finally {
    rmSync(copy, { recursive: true });
  }
}

describe('the programs of the docs', () => {
  const programs = inLanguage('ts');

  it('compile as the user of the package would compile them', async () => {
    for (const program of programs) writeFileSync(join(folder, `${fileOf(program)}.mts`), `${program.code}\nexport {};\n`);
    const options = '--noEmit --strict --exactOptionalPropertyTypes --target es2023 --module nodenext --types node';
    const { output } = await run(`${join(root, 'node_modules/.bin/tsc')} ${options} *.mts && rm *.mts`, folder);
    expect(output).toBe('');
  });

  it.each(programs)('$place runs and prints what it promises', async (program) => {
    const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const { code } = await transform(program.code.replaceAll('https://example.com/', host), { loader: 'ts', format: 'esm', target: 'es2023' });
    const result = await inCopy(program, (copy) => {
      writeFileSync(join(copy, 'program.mjs'), code);
      return run('node program.mjs', copy);
    });
    expect(result).toMatchObject({ status: 0, errors: '' });
    const promised = promisedBy(program.code);
    if (promised.length > 0) expect(result.output.trimEnd().split('\n')).toEqual(promised);
  });
});

describe('the commands of the docs', () => {
  it.each(inLanguage('console'))('$place print what is shown', async (example) => {
    await inCopy(example, async (copy) => {
      for (const { command, output: shown } of commandsOf(example.code)) {
        const { output, errors } = await run(command, copy);
        const printed = `${output}${errors}`.trimEnd();
        if (!isAsShown(printed, shown)) expect(printed, command).toBe(shown);
      }
    });
  });

  it.each(inLanguage('sh'))('$place succeed', async (example) => {
    await inCopy(example, async (copy) => {
      for (const command of example.code.split('\n').filter((line) => line !== '' && !/^(npm|#)/.test(line)))
        expect({ command, ...(await run(command, copy)) }).toMatchObject({ status: 0 });
    });
  });
});

describe('the links of the docs', () => {
  it.each(pages)('%s lead to files that are there', (page) => {
    expect(linksOf(page).filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([]);
  });
});
