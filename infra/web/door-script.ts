export type DoorScriptArgs = {
  /** Folder of the store, as the door sees it. */
  store: string;
  /** What is served until something was issued. */
  own: TlsFiles;
};

export type TlsFiles = { certificatePath: string; keyPath: string };

const FOLDER = "/tmp/door";

/** Where Nginx finds what the script has chosen. It changes while Nginx runs, so Nginx must read it each time. */
export const CHOSEN = {
  certificatePath: `${FOLDER}/live/chain.pem`,
  keyPath: `${FOLDER}/live/key.pem`,
  readEachTime: true,
} as const;

/** Seconds between two looks at the store. */
const LOOK_SECONDS = 5;

/** What Nginx is tested with: a certificate and a key that do not belong together do not pass. */
const TEST_CONF = `pid ${FOLDER}/test.pid; events {} http { access_log off; server { listen 127.0.0.1:1 ssl; ssl_certificate $1/chain.pem; ssl_certificate_key $1/key.pem; } }`;

/**
 * The door's first process: chooses a certificate, becomes Nginx, and goes on choosing beside it. The rule: what was
 * issued, if Nginx takes it; else what is served already; else the stack's own.
 */
export function renderDoorScript({ store, own }: DoorScriptArgs): string {
  return `set -u
say() { echo "{\\"time\\":\\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\\",\\"level\\":\\"$1\\",\\"msg\\":\\"$2\\"}"; }
# One rename: each handshake finds the old folder or the new one.
choose() { ln -s "$1" ${FOLDER}/next && mv -T ${FOLDER}/next ${FOLDER}/live; }
# Nothing where nothing was issued. The folder never changes; the link to it does.
issued() { readlink -f ${store}/live; }
take() {
  echo "${TEST_CONF}" > ${FOLDER}/test.conf
  if refused=$(nginx -t -q -c ${FOLDER}/test.conf 2>&1); then choose "$1"; return; fi
  say error "the issued certificate is not served, Nginx refuses it: $(echo "$refused" | head -n 1 | tr -d '\\"\\\\')"
  return 1
}

mkdir -p ${FOLDER}/own && rm -f ${FOLDER}/next
ln -sf ${own.certificatePath} ${FOLDER}/own/chain.pem
ln -sf ${own.keyPath} ${FOLDER}/own/key.pem
choose ${FOLDER}/own
seen=$(issued)
if [ ! -e "$seen/chain.pem" ]
then say warn "no certificate was issued yet: the stack's own is served, which browsers do not know"
else take "$seen" && say info "the issued certificate is served"; fi

while sleep ${LOOK_SECONDS}; do
  now=$(issued)
  [ "$now" = "$seen" ] && continue
  seen=$now
  [ -e "$now/chain.pem" ] && take "$now" && say info "a new certificate is served from now on"
done &
exec nginx -g "daemon off;"
`;
}
