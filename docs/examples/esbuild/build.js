import { build } from 'esbuild';
import lading from 'lading/esbuild';

await build({
  entryPoints: ['src/server.js'],
  bundle: true,
  platform: 'node',
  format: 'esm',
  external: ['yaml'],
  outdir: 'dist',
  plugins: [lading({ from: 'node.tar', container: { ports: [8080] } })],
});
