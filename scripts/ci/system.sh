#!/usr/bin/env bash
# Installs from Debian what the interop tests and the browser run need, where it is missing.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
need=()
for package in attr busybox-static bzip2 chromium docker.io iptables libarchive-tools podman python3 runc skopeo tar umoci xz-utils zstd; do
  dpkg -s "$package" >/dev/null 2>&1 || need+=("$package")
done
((${#need[@]})) || exit 0
for attempt in 1 2 3; do
  apt-get update -qq && apt-get install -y -qq --no-install-recommends "${need[@]}" >/dev/null && exit 0
  echo "Installing ${need[*]} failed (attempt $attempt)" >&2
  sleep $((attempt * 10))
done
exit 1
