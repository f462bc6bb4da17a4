import lading from 'lading/rolldown';

export default {
  input: 'src/server.js',
  platform: 'node',
  external: ['yaml'],
  output: { dir: 'dist' },
  plugins: [lading({ from: 'node.tar', container: { ports: [8080] } })],
};
