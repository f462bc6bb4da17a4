// Judges the JSON documents of a corpus and holds each verdict against its record: check-corpus-json.mjs CORPUS
// CORPUS has a manifest.json whose records of type "json" carry `file`, `media_type` and `expectation`. Needs a build (`npm run build`).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validateDocument } from '../dist/oci/index.js';

const corpus = process.argv[2];
if (!corpus) {
  console.error('usage: check-corpus-json.mjs CORPUS');
  process.exit(2);
}

// The corpus calls what Docker's own tests hold "docker config".
const TYPES = { 'docker config': 'application/vnd.docker.container.image.v1+json' };

function judge({ file, media_type: given, expectation }) {
  const { kind, problems } = validateDocument(readFileSync(join(corpus, file)), TYPES[given] ?? given);
  const verdict = problems.some(({ severity }) => severity === 'error') ? 'must-fail' : kind ? 'ok' : 'reference';
  return { file, kind, problems, verdict, right: verdict === expectation };
}

const { files } = JSON.parse(readFileSync(join(corpus, 'manifest.json'), 'utf8'));
const verdicts = files.filter(({ type }) => type === 'json').map(judge);
const wrong = verdicts.filter(({ right }) => !right);
for (const { file, kind, verdict, problems } of process.argv.includes('--all') ? verdicts : wrong)
  console.log(verdict, kind, file, problems.map(({ message }) => message).join('; '));
console.log(`${wrong.length} wrong of ${verdicts.length}`);
process.exitCode = wrong.length > 0 ? 1 : 0;
