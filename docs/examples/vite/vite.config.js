import lading from 'lading/vite';

export default {
  environments: {
    client: { build: { outDir: 'dist/client' } },
    ssr: { build: { outDir: 'dist/server', rolldownOptions: { input: 'src/server.js' } } },
  },
  plugins: [lading({ from: 'node.tar', container: { ports: [8080] } })],
};
