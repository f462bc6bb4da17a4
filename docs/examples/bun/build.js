import lading from 'lading/bun';

await Bun.build({
  entrypoints: ['src/server.js'],
  target: 'node',
  external: ['yaml'],
  outdir: 'dist',
  plugins: [lading({ from: 'node.tar', container: { ports: [8080] } })],
});
