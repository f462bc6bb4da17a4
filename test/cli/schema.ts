import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv/dist/2020.js';

const folder = fileURLToPath(new URL('../../docs/schema/', import.meta.url));
const ajv = new Ajv.default({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true });
for (const name of readdirSync(folder)) ajv.addSchema(JSON.parse(readFileSync(join(folder, name), 'utf8')), name);

/** What of the data is not as the documented schema of that name says. */
export function schemaFaults(schema: string, data: unknown): unknown {
  ajv.validate(`${schema}.json`, data);
  return ajv.errors ?? [];
}
