import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('contender.mjs', import.meta.url));

/** Starts the process of a contender. `ask` sends it one word and waits for the answer. */
export async function startContender(bench, name, { images }) {
  const child = fork(script, [bench.name, name, ...(images ? [images] : [])], {
    execArgv: ['--expose-gc', '--no-warnings'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const answer = () =>
    new Promise((resolve, reject) => {
      const fail = (code) => reject(new Error(`${name} ended with status ${code} in the case ${bench.name}`));
      child.once('exit', fail);
      child.once('message', (message) => {
        child.off('exit', fail);
        if (message.error) reject(new Error(`${name} failed in the case ${bench.name}: ${message.error}`));
        else resolve(message);
      });
    });
  await answer();
  const ask = (word) => {
    const answered = answer();
    child.send(word);
    return answered;
  };
  return { name, ask, stop: () => child.disconnect() };
}

/** The answer of a process that is started for it alone. */
export async function askFresh(bench, name, word, options) {
  const contender = await startContender(bench, name, options);
  try {
    return await contender.ask(word);
  } finally {
    contender.stop();
  }
}
