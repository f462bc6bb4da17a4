import {
  createManifest,
  type Descriptor,
  edit,
  embeddedData,
  encodeJson,
  familiarReference,
  type JsonObject,
  parseConfig,
  parseIndex,
  parseJson,
  parseManifest,
  parsePlatform,
  parseReference,
  selectPlatform,
  validateDocument,
} from '../../src/oci/index.ts';
import { type Case, fails, same } from '../same.ts';

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const text = (value: Uint8Array): string => new TextDecoder().decode(value);

const digest = `sha256:${'a'.repeat(64)}` as const;
const config: Descriptor = { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: 2, data: 'e30=' };
const layer: Descriptor = { mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd', digest, size: 1 };

export const cases: readonly Case[] = [
  {
    name: 'JSON keeps order, odd names and large integers',
    run: () => {
      const source = '{"2":1,"1":[9007199254740993,-0.5],"__proto__":{"é":"😀"},"":null}';
      same(text(encodeJson(edit(parseJson(bytes(source)) as JsonObject, ['z'], true))), `${source.slice(0, -1)},"z":true}`);
    },
  },
  { name: 'JSON refuses a member twice', run: () => fails(() => parseJson(bytes('{"a":1,"\\u0061":2}')), 'JSON_DUPLICATE') },
  { name: 'JSON refuses bytes that are not UTF-8', run: () => fails(() => parseJson(Uint8Array.of(0x22, 0xff, 0x22)), 'JSON_INVALID') },
  { name: 'JSON refuses a byte order mark', run: () => fails(() => parseJson(bytes('\ufeff{}')), 'JSON_INVALID') },
  { name: 'JSON refuses a depth that would end the stack', run: () => fails(() => parseJson(bytes('['.repeat(1_000_000))), 'LIMIT_DEPTH') },
  {
    name: 'a manifest is made and read again',
    run: () => {
      const { raw } = createManifest({ config, layers: [layer], annotations: new Map([['k', 'v']]) });
      const manifest = parseManifest(raw);
      same([manifest.layers, manifest.annotations, manifest.problems], [[layer], new Map([['k', 'v']]), []]);
      same(embeddedData(manifest.config), bytes('{}'));
    },
  },
  {
    name: 'a manifest that is an index too is refused (CVE-2021-41190)',
    run: () => fails(() => parseIndex(bytes({ schemaVersion: 2, manifests: [], layers: [layer], config })), 'OCI_AMBIGUOUS'),
  },
  {
    name: 'a configuration is read, and its deviations are listed',
    run: () => {
      const document = parseConfig(bytes({ os: 'linux', config: { cmd: ['sh'], Env: ['A'] }, rootfs: { type: 'layers', diff_ids: [digest] } }));
      same(document.config?.Cmd, ['sh']);
      same(
        document.problems.map(({ where, severity }) => `${severity} ${where}`),
        ['warning /config/cmd', 'error /config/Env/0', 'error '],
      );
    },
  },
  {
    name: 'a fault is found where it stands',
    run: () => same(validateDocument(bytes({ manifests: [{ ...layer, size: '1' }] })).problems[0]?.where, '/manifests/0/size'),
  },
  {
    name: 'a reference is completed and shortened',
    run: () => same(familiarReference(parseReference('index.docker.io/library/alpine:3')), 'alpine:3'),
  },
  {
    name: 'the nearest platform is chosen',
    run: () => {
      const items = ['linux/arm/v5', 'linux/arm/v6', 'linux/arm64'].map((name) => ({ name, platform: parsePlatform(name) }));
      same(selectPlatform(items, parsePlatform('linux/armhf'))?.name, 'linux/arm/v6');
    },
  },
];
