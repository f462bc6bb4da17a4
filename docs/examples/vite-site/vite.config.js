import lading from 'lading/vite';

export default {
  plugins: [lading({ from: 'nginx.tar', root: '/usr/share/nginx/html' })],
};
