/** Labels of swarm nodes that services are pinned to: where the data is, and where the public address is. */
export const DATA_LABEL = "slipway.data";
export const DOOR_LABEL = "slipway.door";

/** What a machine that leads the swarm prints at the end of its script. */
export const TOKEN_LINE = "worker-token";

const BOOT_LOG = "/var/log/cloud-init-output.log";

/** What a machine was made with. */
export type Member = {
  /** Who may log in. */
  user: string;
  /** Path of the script of its first boot, which does again what is not done. */
  bootScript: string;
};

/**
 * Waits until cloud-init has done everything, the data is there and Docker answers, with a line of progress every 20
 * seconds. A first boot that gave up, because no packages could be had, is tried once more; fails with its last lines.
 * Sets who may log in; keys come as `$AUTHORIZED_KEYS`, one a line.
 */
export function renderReadyScript({ user, bootScript }: Member, diskReady = "", log = BOOT_LOG): string {
  return `set -eu
waited=0
while state=$(cloud-init status 2>/dev/null | sed -n 's/^status: //p'); [ "$state" != done ]; do
  case $state in
    error*|degraded*)
      echo "cloud-init ended with $state: the rest of the first boot is tried again, which may take 10 minutes" >&2
      break ;;
  esac
  if [ $((waited % 20)) -eq 0 ]; then
    echo "first boot, $waited s: $(tail -n 1 ${log} 2>/dev/null)" >&2
  fi
  sleep 2
  waited=$((waited + 2))
done
# Once it is done it does nothing; a first boot that gave up is done later, whatever cloud-init says after a reboot.
if ! sh ${bootScript} >>${log} 2>&1; then
  tail -n 30 ${log} >&2
  echo "the first boot cannot be done" >&2
  exit 1
fi
${diskReady}docker info >/dev/null
keys=/home/${user}/.ssh/authorized_keys
if [ "$(cat "$keys" 2>/dev/null)" != "$AUTHORIZED_KEYS" ]; then
  printf '%s\\n' "$AUTHORIZED_KEYS" >"$keys.new"
  chown ${user} "$keys.new"
  chmod 600 "$keys.new"
  mv "$keys.new" "$keys"
fi
`;
}

/**
 * Makes a machine the leader of a swarm at \`$ADDRESS\`, with the data and the door, and prints the token with which
 * others join. Machines that are down and have been made anew under the same name leave the list.
 */
export function renderManagerScript(member: Member, diskReady: string): string {
  return `${renderReadyScript(member, diskReady)}
state=$(docker info --format '{{.Swarm.LocalNodeState}}')
if [ "$state" != active ]; then
  docker swarm init --advertise-addr "$ADDRESS" --listen-addr "$ADDRESS:2377" >/dev/null
fi
docker node update --label-add ${DATA_LABEL}=true --label-add ${DOOR_LABEL}=true "$(docker info --format '{{.Swarm.NodeID}}')" >/dev/null
echo "${TOKEN_LINE} $(docker swarm join-token --quiet worker)"
`;
}

/** Joins the swarm that `$MANAGER` leads by `$TOKEN`, from whichever other swarm the machine was in. */
export function renderWorkerScript(member: Member): string {
  return `${renderReadyScript(member)}
mark=/var/lib/slipway-swarm
wanted=$(printf %s "$TOKEN $MANAGER" | sha256sum)
state=$(docker info --format '{{.Swarm.LocalNodeState}}')
if [ "$state" != active ] || [ "$(cat "$mark" 2>/dev/null)" != "$wanted" ]; then
  [ "$state" = inactive ] || docker swarm leave --force >/dev/null
  docker swarm join --advertise-addr "$ADDRESS" --listen-addr "$ADDRESS:2377" --token "$TOKEN" "$MANAGER:2377" >/dev/null
  printf '%s\\n' "$wanted" >"$mark"
fi
`;
}

/** Run on the leader: takes work again on the machine `$NODE`, and forgets earlier ones of that name. */
export function renderAdmitScript(): string {
  return `set -eu
docker node ls --format '{{.ID}} {{.Hostname}} {{.Status}}' | while read -r id hostname status; do
  if [ "$hostname" = "$NODE" ] && [ "$status" = Down ]; then docker node rm --force "$id" >/dev/null; fi
done
docker node update --availability active "$NODE" >/dev/null
`;
}

/**
 * Run on the leader, before services change: machines that are not among `$NODES` get no more work. What they have stays
 * until it has been started elsewhere; they leave when that is done.
 */
export function renderRosterScript(): string {
  return `set -eu
docker node ls --format '{{.ID}} {{.Hostname}} {{.Availability}}' | while read -r id hostname availability; do
  case " $NODES " in
    *" $hostname "*) [ "$availability" != Pause ] || docker node update --availability active "$id" >/dev/null ;;
    *) [ "$availability" != Active ] || docker node update --availability pause "$id" >/dev/null ;;
  esac
done
`;
}

/**
 * Run on the leader: moves all work off the machine `$NODE`, waits until it has none, and takes it off the list. One that
 * is down has none, whatever it was last heard to run.
 */
export function renderDismissScript(): string {
  return `docker node update --availability drain "$NODE" >/dev/null 2>&1 || exit 0
waited=0
while [ "$waited" -lt 120 ]; do
  [ "$(docker node inspect --format '{{.Status.State}}' "$NODE")" = ready ] || break
  docker node ps --format '{{.CurrentState}}' "$NODE" | grep -q '^Running' || break
  sleep 2
  waited=$((waited + 2))
done
docker node rm --force "$NODE" >/dev/null || true
`;
}

/** Where cloud-init keeps what the cloud calls the machine that it runs on. */
const INSTANCE_ID_FILE = "/var/lib/cloud/data/instance-id";

/**
 * Stops Docker and takes the data off the machine `$INSTANCE`, so that the volume can go to another. A machine that has
 * come to its address since, with the same host key, keeps its disk. One that does not know what it is does not: a stop
 * costs less than a torn file system.
 */
export function renderUnmountScript(directory: string, instanceIdFile = INSTANCE_ID_FILE): string {
  return `own=$(cat ${instanceIdFile} 2>/dev/null) || own=$INSTANCE
if [ "$own" != "$INSTANCE" ]; then
  echo "$own has the address of $INSTANCE now, and keeps its disk" >&2
  exit 0
fi
systemctl stop docker.socket docker.service 2>/dev/null || systemctl stop docker.service
# So that Docker, started by whomever, waits for the data again.
systemctl stop slipway-disk.service
sync
! mountpoint -q ${directory} || umount ${directory}
`;
}
