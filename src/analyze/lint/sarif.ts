import type { Severity } from '../finding.ts';
import type { LintFinding } from './finding.ts';
import { LINT_RULES, type LintCode } from './rules.ts';

const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };
const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/**
 * Findings as a log of SARIF 2.1.0, for code scanning. The location of each is the archive, with the path in the image as its logical location. `artifact` is that archive,
 * as a URI or a path with slashes.
 */
export function sarifOf(findings: readonly LintFinding[], artifact: string): object {
  const codes = [...new Set(findings.map(({ code }) => code))].sort();
  const driver = { name: 'lading', rules: codes.map(ruleOf) };
  const results = findings.map((finding) => resultOf(finding, codes.indexOf(finding.code), artifact));
  return { $schema: SCHEMA, version: '2.1.0', runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results }] };
}

function ruleOf(code: LintCode): object {
  const { summary, severity, engines, advice } = LINT_RULES[code];
  return {
    id: code,
    shortDescription: { text: sentence(summary) },
    fullDescription: { text: [sentence(summary), ...engines.map(({ engine, does }) => `${engine}: ${does}.`)].join(' ') },
    help: { text: advice },
    defaultConfiguration: { level: LEVELS[severity] },
  };
}

function resultOf({ code, severity, message, path, layer, where, advice }: LintFinding, ruleIndex: number, artifact: string): object {
  const place = [layer === undefined ? undefined : `layer ${layer}`, path].filter((part) => part !== undefined).join(': ');
  return {
    ruleId: code,
    ruleIndex,
    level: LEVELS[severity],
    message: { text: `${readable(sentence(place === '' ? message : `${place}: ${message}`))} ${advice}` },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: encodeURI(readable(artifact)) } },
        ...(path !== undefined && { logicalLocations: [{ fullyQualifiedName: readable(path), kind: 'resource' }] }),
      },
    ],
    partialFingerprints: { 'lading/v1': readable([code, where, path ?? ''].join(' ')) },
  };
}

function sentence(text: string): string {
  return `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}.`;
}

/** The text with each byte that is no UTF-8 as `\\xff`: JSON readers refuse the half of a surrogate pair that stands for it. */
function readable(text: string): string {
  return text.replace(/\p{Surrogate}/gu, (character) => `\\x${(character.charCodeAt(0) - 0xdc00).toString(16)}`);
}
