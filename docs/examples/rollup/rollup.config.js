import lading from 'lading/rollup';

export default {
  input: 'src/server.js',
  external: [/^node:/, 'yaml'],
  output: { dir: 'dist' },
  plugins: [lading({ from: 'node.tar', container: { ports: [8080] } })],
};
