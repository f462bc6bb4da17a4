// @ts-check
import { spawn } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const page = `<!doctype html><title>cases</title><script type="module">
  const report = (outcome) => fetch('/result', { method: 'POST', body: JSON.stringify(outcome) });
  import('/cases.mjs').then(({ result }) => result).then(report, (error) => report({ passed: 0, failed: [{ name: 'the page', reason: String(error) }] }));
</script>`;

// Without its background services Chromium opens no connection but the one to this server.
const flags =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync --disable-dev-shm-usage';

/**
 * Serves a bundle of cases on loopback, opens it in headless Chromium, and waits for the page to send back the outcome.
 * @param {string} executable
 * @param {string} bundle
 * @param {number} [timeout] milliseconds
 * @returns {Promise<import('./run-cases.js').Outcome>}
 */
export async function runInChromium(executable, bundle, timeout = 300_000) {
  const profile = mkdtempSync(join(tmpdir(), 'lading-chromium-'));
  /** @type {(outcome: import('./run-cases.js').Outcome) => void} */
  let resolve = () => {};
  /** @type {(reason: Error) => void} */
  let reject = () => {};
  /** @type {Promise<import('./run-cases.js').Outcome>} */
  const outcome = new Promise((...settle) => {
    [resolve, reject] = settle;
  });
  const server = createServer(async (request, response) => {
    if (request.url === '/result') {
      let body = '';
      for await (const chunk of request) body += chunk;
      response.end();
      resolve(JSON.parse(body));
    } else if (request.url === '/cases.mjs') createReadStream(bundle).pipe(response.setHeader('content-type', 'text/javascript'));
    else response.setHeader('content-type', 'text/html').end(page);
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const browser = spawn(executable, [...flags.split(' '), `--user-data-dir=${profile}`, `http://127.0.0.1:${port}/`], {
    stdio: 'ignore',
    detached: true,
  });
  browser.once('error', reject);
  browser.once('exit', (code) => reject(new Error(`Chromium ended with ${code} before the page had reported`)));
  const timer = setTimeout(() => reject(new Error(`The page reported nothing for ${timeout} ms`)), timeout);
  try {
    return await outcome;
  } finally {
    clearTimeout(timer);
    browser.removeAllListeners('exit');
    if (browser.pid) process.kill(-browser.pid, 'SIGKILL'); // its whole process group
    server.close().closeAllConnections();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
