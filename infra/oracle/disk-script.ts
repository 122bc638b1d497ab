import { DATA_DEVICE } from "./block-volume.ts";

/** Where the data volume is mounted: Docker keeps all named volumes there, so the stack is the same as everywhere. */
export const DATA_DIRECTORY = "/var/lib/docker/volumes";

export const DISK_SCRIPT_PATH = "/usr/local/sbin/slipway-disk";

/** Oracle attaches the volume after the machine runs; it may take minutes. */
const ATTACH_SECONDS_MAX = 900;

/**
 * The script that mounts the data volume before Docker starts. It makes a file system only on a disk that is empty: no
 * signature of anything, and nothing but zeros in the first MiB. Any other disk that is not ext4 is left as it is, and
 * Docker then does not start: better no service than one on empty data.
 */
export function renderDiskScript(device = DATA_DEVICE, directory = DATA_DIRECTORY): string {
  return `#!/bin/sh
set -eu
device=${device}
directory=${directory}

refuse() {
  echo "slipway-disk: $1" >&2
  exit 1
}

waited=0
until [ -b "$device" ]; do
  [ "$waited" -lt ${ATTACH_SECONDS_MAX} ] || refuse "$device is not attached"
  sleep 2
  waited=$((waited + 2))
done
mkdir -p "$directory"
if mountpoint -q "$directory"; then
  # A boot mounts it by fstab. One that was made larger meanwhile is used to its end.
  resize2fs "$device"
  exit 0
fi

signatures=$(wipefs --noheadings --output TYPE "$device" | sort -u | tr '\\n' ' ')
case $signatures in
  "ext4 ") ;;
  "")
    cmp -s -n 1048576 "$device" /dev/zero || refuse "$device has content that nothing here knows; it stays as it is"
    mkfs.ext4 -q -L slipway-data "$device"
    ;;
  *) refuse "$device holds $signatures, not ext4 alone; it stays as it is" ;;
esac

# 0 to 3: clean, or mended.
e2fsck -p "$device" || [ $? -lt 4 ] || refuse "the file system on $device needs a person: e2fsck $device"
uuid=$(blkid -p -s UUID -o value "$device")
grep -q "^UUID=$uuid " /etc/fstab ||
  echo "UUID=$uuid $directory ext4 defaults,nofail,x-systemd.device-timeout=${ATTACH_SECONDS_MAX}s 0 2" >>/etc/fstab
mount -t ext4 "$device" "$directory"
resize2fs "$device"
`;
}

/**
 * What is done on the running machine when the volume has changed: one that was made larger is used to its end; one that
 * was taken out, before which Docker was stopped, is mounted again.
 */
export function renderDiskReady(device = DATA_DEVICE): string {
  return `disk=$(basename "$(readlink -f ${device})")
[ ! -w "/sys/class/block/$disk/device/rescan" ] || echo 1 >"/sys/class/block/$disk/device/rescan"
if systemctl is-active --quiet docker.service; then
  ${DISK_SCRIPT_PATH} >&2
else
  systemctl restart slipway-disk.service
  systemctl start docker.service
fi
`;
}

/** The unit that runs the script once a boot. */
export function renderDiskUnit(): string {
  return `[Unit]
Description=Data volume of the stack
Before=docker.service

[Service]
Type=oneshot
RemainAfterExit=yes
TimeoutStartSec=${ATTACH_SECONDS_MAX + 120}
ExecStart=${DISK_SCRIPT_PATH}

[Install]
WantedBy=multi-user.target
`;
}

/** Makes Docker wait for the data, and stay down without it. */
export function renderDockerWaitsForDisk(): string {
  return `[Unit]
Requires=slipway-disk.service
After=slipway-disk.service
`;
}
