#!/bin/sh
# Assembles a minimal root file system under /rootfs from Debian packages that are unpacked, not installed.
# Sourced by the build stages of the Dockerfiles beside it:
#
#   fetch PACKAGE…      download the packages and what they depend on, unpack them under /stage
#   base                directories, time zone of UTC, name service, certificates, libc's loader
#   account NAME ID     one unprivileged user and group of that number
#   take PATH…          copy paths (shell patterns are allowed) from /stage
#   libraries FILE…     copy the shared libraries those files of /rootfs need
#   shell               static busybox with its usual names: sh, wget, cat …
set -eu

stage=/stage
rootfs=/rootfs
triplet=$(gcc -dumpmachine 2>/dev/null || basename "$(dirname "$(ls /usr/lib/*/libc.so.6)")")

fetch() {
  apt-get update -qq
  apt-get install -qq -y --no-install-recommends --download-only "$@" >/dev/null
  mkdir -p "$stage"
  for package in /var/cache/apt/archives/*.deb; do dpkg-deb -x "$package" "$stage"; done
}

base() {
  mkdir -p "$rootfs/usr/bin" "$rootfs/usr/sbin" "$rootfs/usr/lib" "$rootfs/usr/lib64" "$rootfs/etc/ssl/certs" \
    "$rootfs/run" "$rootfs/var" "$rootfs/proc" "$rootfs/sys" "$rootfs/dev" "$rootfs/root"
  for directory in bin sbin lib lib64; do ln -s "usr/$directory" "$rootfs/$directory"; done
  mkdir -m 1777 "$rootfs/tmp"
  ln -s ../tmp "$rootfs/var/tmp"
  ln -s ../run "$rootfs/var/run"
  cp /etc/ssl/certs/ca-certificates.crt "$rootfs/etc/ssl/certs/"
  cp /etc/os-release "$rootfs/etc/os-release"
  echo "hosts: files dns" >"$rootfs/etc/nsswitch.conf"
  echo "root:x:0:0:root:/root:/sbin/nologin" >"$rootfs/etc/passwd"
  echo "root:x:0:" >"$rootfs/etc/group"
}

account() {
  echo "$1:x:$2:$2:$1:/tmp:/sbin/nologin" >>"$rootfs/etc/passwd"
  echo "$1:x:$2:" >>"$rootfs/etc/group"
}

take() {
  for pattern in "$@"; do
    for path in $stage$pattern; do
      [ -e "$path" ] || { echo "rootfs.sh: no package has $pattern" >&2; exit 1; }
      target=$rootfs${path#"$stage"}
      mkdir -p "$(dirname "$target")"
      cp -a "$path" "$target"
    done
  done
}

libraries() {
  LD_LIBRARY_PATH="$stage/usr/lib/$triplet:$stage/lib/$triplet" ldd "$@" >/tmp/ldd
  if grep "not found" /tmp/ldd >&2; then exit 1; fi
  sed -nE 's|^\t(.* => )?(/[^ ]+) .*|\2|p' /tmp/ldd | sort -u | while read -r library; do
    target=$rootfs${library#"$stage"}
    mkdir -p "$(dirname "$target")"
    cp -L "$library" "$target"
  done
}

shell() {
  busybox=$(ls $stage/bin/busybox $stage/usr/bin/busybox 2>/dev/null | head -n 1)
  cp "$busybox" "$rootfs/usr/bin/busybox"
  for name in $("$busybox" --list); do
    [ -e "$rootfs/usr/bin/$name" ] || ln -s busybox "$rootfs/usr/bin/$name"
  done
}
