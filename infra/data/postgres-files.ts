/** Where the server finds the files below in its container. */
export const POSTGRES_FILES = {
  start: "/etc/slipway/start.sh",
  roles: "/etc/slipway/roles.sql",
  access: "/etc/slipway/pg_hba.conf",
  // pgBackRest looks for its own name in the command.
  archive: "/etc/slipway/pgbackrest-push.sh",
};

/** pgBackRest's configuration, where the server archives its write-ahead log. */
export const ARCHIVE_CONFIG_PATH = "/run/secrets/pgbackrest.conf";

/** Written by the start script once roles and database are as they must be; the health check waits for it. */
export const POSTGRES_READY_FILE = "/tmp/roles-are-set";

/**
 * Who may connect: the container's own user over the local socket, and everybody else over TLS with a password.
 * There is no line for connections in clear, so the server refuses them.
 */
export function renderPgHba(): string {
  return ["local   all all     trust", "hostssl all all all scram-sha-256", ""].join("\n");
}

/**
 * SQL that gives the application its role and database, and both roles their present passwords. Safe to run at every
 * start; so a changed secret takes effect when the server has restarted. psql reads the secrets itself.
 */
export function renderRolesSql({ role, database }: { role: string; database: string }): string {
  return `\\set ON_ERROR_STOP on
\\set superuser_password \`cat /run/secrets/postgres-password\`
\\set role_password \`cat /run/secrets/app-database-password\`
set log_min_error_statement = panic;
alter role postgres password :'superuser_password';
select 'create role ${role} login' where not exists (select from pg_roles where rolname = '${role}') \\gexec
alter role ${role} password :'role_password';
select 'create database ${database} owner ${role}' where not exists (select from pg_database where datname = '${database}') \\gexec
revoke all on database ${database} from public;
`;
}

/**
 * Shell script that starts the server by the image's own entry point, and sets roles and database beside it, over the
 * local socket, as soon as it answers. The first start's temporary server may end under it: so it tries until it has
 * succeeded. Its status is never above 1, which a server would take for a crash of its own child.
 */
export function renderPostgresStart(serverArguments: readonly string[]): string {
  const { roles } = POSTGRES_FILES;
  return `#!/bin/sh
(
  until psql --no-psqlrc --quiet --username postgres --dbname postgres --file ${roles} >/dev/null 2>/tmp/roles.log; do
    sleep 0.3
  done
  touch ${POSTGRES_READY_FILE}
) || exit 1 &
exec docker-entrypoint.sh postgres ${serverArguments.map((argument) => `'${argument}'`).join(" ")}
`;
}

/**
 * Shell script that archives the part of the write-ahead log that it is given. A server that stops tries that three
 * times more: where the archive is away, its stop would take longer than it may, and end by force. What is not archived
 * then is archived after the next start. Its status is never above 1, which the server would take for the end of itself.
 */
export function renderArchiveScript(): string {
  return `#!/bin/sh
patience=600
if grep -q ^stopping postmaster.pid; then patience=5; fi
timeout $patience pgbackrest --config=${ARCHIVE_CONFIG_PATH} --stanza=database archive-push "$1" || exit 1
`;
}
