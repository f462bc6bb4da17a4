#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import module from 'node:module';

const { enableCompileCache } = module as { enableCompileCache?: () => unknown };

const args = process.argv.slice(2);

// Nothing else is loaded for this: programs ask for the version often, to learn whether the command is there.
if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) console.log(version());
else {
  enableCompileCache?.(); // from Node 22.1 on; what was compiled once is not compiled again
  await import('./program.ts').then(({ runProgram }) => runProgram(args, version));
}

function version(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}
