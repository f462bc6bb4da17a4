import Ajv from 'ajv/dist/2020.js';

const text = { type: 'object', properties: { text: { type: 'string', minLength: 1 } }, required: ['text'], additionalProperties: false };
const level = { enum: ['none', 'note', 'warning', 'error'] };

/** What SARIF 2.1.0 (OASIS Standard, sections 3.13 to 3.49) wants of the properties that are written here, and no others. */
const SARIF: object = {
  type: 'object',
  properties: {
    $schema: { type: 'string', pattern: '^https://.*/sarif-schema-2\\.1\\.0\\.json$' },
    version: { const: '2.1.0' }, // 3.13.2
    runs: { type: 'array', items: { $ref: '#/$defs/run' } },
  },
  required: ['version', 'runs'],
  additionalProperties: false,
  $defs: {
    run: {
      type: 'object',
      properties: {
        tool: { type: 'object', properties: { driver: { $ref: '#/$defs/driver' } }, required: ['driver'], additionalProperties: false },
        columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] }, // 3.14.17
        results: { type: 'array', items: { $ref: '#/$defs/result' } },
      },
      required: ['tool'], // 3.14.6
      additionalProperties: false,
    },
    driver: {
      type: 'object',
      properties: { name: { type: 'string', minLength: 1 }, rules: { type: 'array', uniqueItems: true, items: { $ref: '#/$defs/rule' } } },
      required: ['name'], // 3.19.8
      additionalProperties: false,
    },
    rule: {
      type: 'object',
      properties: {
        id: { type: 'string' },
        shortDescription: text,
        fullDescription: text,
        help: text,
        defaultConfiguration: { type: 'object', properties: { level }, additionalProperties: false },
      },
      required: ['id'], // 3.49.3
      additionalProperties: false,
    },
    result: {
      type: 'object',
      properties: {
        ruleId: { type: 'string' },
        ruleIndex: { type: 'integer', minimum: -1 },
        level,
        message: text,
        locations: { type: 'array', items: { $ref: '#/$defs/location' } },
        partialFingerprints: { type: 'object', additionalProperties: { type: 'string' } },
      },
      required: ['message'], // 3.27.11
      additionalProperties: false,
    },
    location: {
      type: 'object',
      properties: {
        physicalLocation: {
          type: 'object',
          properties: {
            artifactLocation: {
              type: 'object',
              properties: { uri: { type: 'string', pattern: "^[\\w.~:/?#@!$&'()*+,;=%-]*$" } },
              additionalProperties: false,
            },
          },
          required: ['artifactLocation'], // 3.29.2
          additionalProperties: false,
        },
        logicalLocations: {
          type: 'array',
          uniqueItems: true,
          items: {
            type: 'object',
            properties: { fullyQualifiedName: { type: 'string' }, kind: { type: 'string' } },
            additionalProperties: false,
          },
        },
      },
      additionalProperties: false,
    },
  },
};

const ajv = new Ajv.default({ strict: true, strictRequired: false, allErrors: true });
const validate = ajv.compile(SARIF);

/** What of a log is not as the standard wants it. */
export function sarifFaults(log: unknown): unknown {
  validate(log);
  return validate.errors ?? [];
}
