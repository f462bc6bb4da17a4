import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { stringify } from 'yaml';

const client = new URL('../client/', import.meta.url);

createServer((request, response) => {
  const isPage = request.url === '/';
  response.end(isPage ? readFileSync(new URL('index.html', client)) : stringify({ path: request.url }));
}).listen(Number(process.env.PORT ?? 8080));
