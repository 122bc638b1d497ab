/** Who administers a machine: may use sudo and Docker, and comes in by key alone. */
export const MACHINE_USER = "slipway";

/** Packages whose upgrade stops all containers; they change in the maintenance window only. */
const DOCKER_PACKAGES = ["docker.io", "containerd", "runc"];

/** Settings of Docker's daemon. `live-restore` and Swarm exclude one another. */
export function renderDaemonJson(): string {
  return `${JSON.stringify(
    {
      "live-restore": false,
      "no-new-privileges": true,
      "log-driver": "json-file",
      "log-opts": { "max-size": "10m", "max-file": "3" },
    },
    null,
    2,
  )}\n`;
}

/**
 * Rules of the SSH server: keys alone, one user, and room for a burst of Docker's connections, which the defaults drop.
 * Local forwarding stays: the stack's registry is reached through it.
 */
export function renderSshdConfig(): string {
  return `HostKey /etc/ssh/ssh_host_ed25519_key
AllowUsers ${MACHINE_USER}
PermitRootLogin no
AuthenticationMethods publickey
PasswordAuthentication no
KbdInteractiveAuthentication no
AllowAgentForwarding no
AllowTcpForwarding local
X11Forwarding no
MaxStartups 100:30:200
MaxSessions 100
LoginGraceTime 30
ClientAliveInterval 60
`;
}

/** Security updates every night, but of Docker; a reboot that one needs waits for the given time of the night (UTC). */
export function renderUpgradeConfig({ rebootTime }: { rebootTime: string }): string {
  const held = DOCKER_PACKAGES.map((name) => `  "^${name.replace(".", "\\\\.")}$";`).join("\n");
  return `APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
Unattended-Upgrade::Package-Blacklist {
${held}
};
Unattended-Upgrade::Remove-Unused-Dependencies "true";
Unattended-Upgrade::Automatic-Reboot "true";
Unattended-Upgrade::Automatic-Reboot-Time "${rebootTime}";
`;
}

/** Upgrades Docker, which restarts every container of the machine. */
export function renderDockerUpgradeUnit(): string {
  const upgrade = "/usr/bin/apt-get install --yes --only-upgrade --allow-change-held-packages";
  return `[Unit]
Description=Upgrade of Docker in the maintenance window
After=network-online.target
Wants=network-online.target

[Service]
Type=oneshot
Environment=DEBIAN_FRONTEND=noninteractive
ExecStart=/usr/bin/apt-get update --quiet
ExecStart=${upgrade} ${DOCKER_PACKAGES.join(" ")}
`;
}

/** When Docker may be upgraded: a calendar expression of systemd, in UTC. */
export function renderDockerUpgradeTimer({ window }: { window: string }): string {
  return `[Unit]
Description=Maintenance window of Docker

[Timer]
OnCalendar=${window}
Persistent=false

[Install]
WantedBy=timers.target
`;
}

/** What a machine needs besides what its image has. */
const PACKAGES = ["docker.io", "iptables", "e2fsprogs", "unattended-upgrades"];

/**
 * How often they are tried to be had, ten seconds apart. A machine boots before its public address leads to it, and
 * without one it reaches nobody.
 */
const INSTALL_ATTEMPTS_MAX = 60;

/** The rule with which Oracle's images refuse everything that no other rule lets in. */
const CATCH_ALL = "REJECT --reject-with icmp-host-prohibited";

/** Says that the first boot has done all there is to do. */
const BOOT_DONE_PATH = "/var/lib/slipway-boot-done";

/**
 * Oracle's own services at a machine: its disk, and its description with the key of its SSH server in it. The image's
 * rules keep them from other users of the machine, which containers are not. Names and time are asked for by datagrams.
 */
const OWN_SERVICES = "-d 169.254.0.0/16 -p tcp ! --dport 53 -j DROP";

/** Keeps containers away from what is the machine's alone. Docker makes the chain when it starts. */
export function renderContainerRules(): string {
  return `[Service]
ExecStartPost=/bin/sh -c 'iptables -w -C DOCKER-USER ${OWN_SERVICES} 2>/dev/null || iptables -w -I DOCKER-USER ${OWN_SERVICES}'
`;
}

/**
 * What is done once, at the first boot, and again when that gave up. Of the image's firewall only the two catch-all rules go: the others
 * guard the machine's own disk, which is on the network. The security group decides who may come in.
 */
export function renderBootScript({ swapMb, dataDisk }: { swapMb: number; dataDisk: boolean }): string {
  return `#!/bin/sh
set -eu
[ ! -f ${BOOT_DONE_PATH} ] || exit 0
export DEBIAN_FRONTEND=noninteractive

attempts=0
until dpkg --configure -a && apt-get update --quiet --option APT::Update::Error-Mode=any &&
  apt-get install --yes --quiet --allow-change-held-packages --option Dpkg::Options::=--force-confold ${PACKAGES.join(" ")}; do
  attempts=$((attempts + 1))
  if [ "$attempts" -ge ${INSTALL_ATTEMPTS_MAX} ]; then exit 1; fi
  echo "no packages yet, attempt $attempts"
  sleep 10
done

for chain in INPUT FORWARD; do
  while iptables -w -D "$chain" -j ${CATCH_ALL} 2>/dev/null; do :; done
done
for rules in /etc/iptables/rules.v4 /etc/iptables/rules.v6; do
  [ ! -f "$rules" ] || sed -i -E '/^-A (INPUT|FORWARD) -j REJECT --reject-with icmp6?-(host-prohibited|adm-prohibited)$/d' "$rules"
done

# It would answer the world now.
for unit in rpcbind.socket rpcbind.service; do
  systemctl disable --now "$unit" 2>/dev/null || true
done

apt-mark hold ${DOCKER_PACKAGES.join(" ")}
${swap(swapMb)}
sshd -t
systemctl daemon-reload
${dataDisk ? "systemctl enable --now slipway-disk.service\n" : ""}systemctl enable --now slipway-docker-upgrade.timer
systemctl enable docker.service
systemctl restart docker.service
systemctl try-reload-or-restart ssh.service
touch ${BOOT_DONE_PATH}
`;
}

function swap(swapMb: number): string {
  if (swapMb === 0) return "";
  return `
if [ ! -f /swapfile ] && ! systemd-detect-virt --quiet --container; then
  fallocate -l ${swapMb}M /swapfile
  chmod 600 /swapfile
  mkswap /swapfile
  swapon /swapfile
  echo "/swapfile none swap sw 0 0" >>/etc/fstab
fi
`;
}
