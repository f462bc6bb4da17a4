import lading from 'lading/rspack';

export default {
  mode: 'production',
  target: 'node',
  entry: './src/server.js',
  experiments: { outputModule: true },
  externals: { yaml: 'module yaml' },
  output: { module: true, filename: 'server.js' },
  plugins: [lading({ from: 'node.tar', container: { ports: [8080] } })],
};
