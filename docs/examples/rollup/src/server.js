import { createServer } from 'node:http';
import { stringify } from 'yaml';

createServer((request, response) => response.end(stringify({ path: request.url }))).listen(Number(process.env.PORT ?? 8080));
