/** What the edge's configuration depends on. Nothing that an ordinary deploy changes, so the edge stays up. */
export type NginxConfArgs = {
  workers: number;
  /** Largest body that the API accepts; the edge lets one more MB pass, so that the API itself can answer. */
  requestSizeMbMax: number;
  /** Largest upload by a presigned URL. */
  objectSizeMbMax: number;
  connectionsPerClientMax: number;
  /** First part of the path of presigned URLs. */
  bucket: string;
  caPath: string;
  /** Files of the certificate that the world is served with; in clear where there is none. */
  tls?: {
    certificatePath: string;
    keyPath: string;
    /** Whether the files change while Nginx runs: it reads them at each handshake, not only when it starts. */
    readEachTime?: boolean;
  };
  /** Whether a certificate authority's questions (ACME, http-01) are passed on. */
  challenges?: boolean;
};

/** Ports in the container: what the world asks, and what the health check asks. */
export const EDGE_PORTS = { http: 8080, health: 8081, https: 8443 };

/** The door's own name in the stack's networks. */
export const DOOR_HOST = "edge";

/** Who answers a certificate authority's questions. Nobody listens there but while a certificate is asked for. */
export const CHALLENGES = { host: "certificates", port: 8080 };

/** A problem+json answer that the edge gives by itself. */
function problem(name: string, status: number, title: string, retryAfterSeconds?: number): string {
  const body = `{"type":"about:blank","title":"${title}","status":${status},"request_id":"$trace_id"}`;
  const retryAfter = retryAfterSeconds ? `\n      add_header Retry-After ${retryAfterSeconds} always;` : "";
  return `
    location @${name} {
      internal;
      default_type application/problem+json;
      add_header X-Request-Id $trace_id always;${retryAfter}
      return ${status} '${body}';
    }`;
}

/** One JSON object a line, with the names of the app's own log. */
function accessLog(): string {
  const fields = [
    '"time":"$time_iso8601"',
    '"level":"info"',
    '"msg":"request"',
    '"request_id":"$trace_id"',
    '"method":"$request_method"',
    '"path":"$uri"',
    '"status":$status',
    '"duration_seconds":$request_time',
    '"bytes":$body_bytes_sent',
    '"upstream":"$upstream_addr"',
    '"user_agent":"$http_user_agent"',
    '"remote_addr":"$remote_addr"',
  ];
  return `log_format json escape=json '{${fields.join(",")}}';\n  access_log /dev/stdout json;`;
}

/** Addresses are looked up at each request (dead ones are forgotten in a second), and the next one is tried. */
function upstreams(): string {
  return `resolver 127.0.0.11 valid=1s ipv6=off;
  resolver_timeout 2s;
  proxy_http_version 1.1;
  proxy_connect_timeout 2s;
  proxy_next_upstream error timeout http_502 http_503;
  proxy_next_upstream_tries 3;
  proxy_next_upstream_timeout 10s;
  proxy_max_temp_file_size 0;
  proxy_set_header Host $http_host;
  proxy_set_header Connection "";
  proxy_set_header X-Request-Id $trace_id;
  proxy_set_header X-Forwarded-For $remote_addr;
  proxy_set_header X-Forwarded-Proto $scheme;
  proxy_set_header X-Forwarded-Host $http_host;
  # The door says these itself, once.
  proxy_hide_header X-Request-Id;
  proxy_hide_header X-Content-Type-Options;
  proxy_hide_header Referrer-Policy;
  proxy_hide_header X-Frame-Options;`;
}

function apiLocations({ requestSizeMbMax }: NginxConfArgs): string {
  return `
    location /api/ {
      client_max_body_size ${requestSizeMbMax + 1}m;
      proxy_pass $backend;
    }

    # Uploads reach the API as they come; nothing of them is kept here.
    location ~ ^/api/v1/datasets/[^/]+/content$ {
      client_max_body_size ${requestSizeMbMax + 1}m;
      proxy_request_buffering off;
      proxy_pass $backend;
    }

    # Live logs: each event goes out when it comes, for as long as the client listens.
    location ~ ^/api/v1/jobs/[^/]+/logs$ {
      proxy_buffering off;
      proxy_read_timeout 1h;
      gzip off;
      proxy_pass $backend;
    }`;
}

function objectLocation({ bucket, objectSizeMbMax, caPath }: NginxConfArgs): string {
  return `
    # Presigned URLs: the signature covers the Host header, so it passes unchanged.
    location /${bucket}/ {
      limit_except GET PUT { deny all; }
      client_max_body_size ${objectSizeMbMax}m;
      proxy_request_buffering off;
      proxy_buffering off;
      proxy_ssl_verify on;
      proxy_ssl_trusted_certificate ${caPath};
      proxy_ssl_name object-store;
      proxy_ssl_server_name on;
      # Not true of this door; and a list of its own replaces the one above.
      proxy_hide_header Strict-Transport-Security;
      proxy_hide_header X-Content-Type-Options;
      proxy_hide_header X-Request-Id;
      proxy_pass $object_store;
    }`;
}

/** Where the door listens: in clear, or over TLS with the other port sending everybody there. */
function listeners({ tls }: NginxConfArgs): string {
  if (!tls) return `listen ${EDGE_PORTS.http} default_server;`;
  const before = tls.readEachTime ? "$read_each_time" : "";
  return `listen ${EDGE_PORTS.https} ssl http2 default_server;
    ssl_certificate ${before}${tls.certificatePath};
    ssl_certificate_key ${before}${tls.keyPath};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache shared:tls:2m;
    ssl_session_timeout 1h;`;
}

/** A path with a variable in it, even an empty one, is opened when it is needed. */
function readEachTime({ tls }: NginxConfArgs): string {
  return tls?.readEachTime ? '\n\n  map $ssl_server_name $read_each_time {\n    default "";\n  }' : "";
}

function sendToTls({ tls, challenges }: NginxConfArgs): string {
  if (!tls) return "";
  const away = "return 308 https://$host$request_uri;";
  return `
  server {
    listen ${EDGE_PORTS.http} default_server;
    ${challenges ? challengeLocations(away) : away}
  }
`;
}

/** A certificate authority asks in clear; whoever asks when nothing was asked for finds nothing. */
function challengeLocations(otherwise: string): string {
  return `set $certificates http://${CHALLENGES.host}:${CHALLENGES.port};
    location /.well-known/acme-challenge/ {
      limit_except GET { deny all; }
      error_page 502 504 = @no_challenge;
      proxy_pass $certificates;
    }
    location @no_challenge {
      return 404;
    }
    location / {
      ${otherwise}
    }`;
}

/** The whole nginx.conf of the edge: the only door to the stack. */
export function renderNginxConf(args: NginxConfArgs): string {
  return `worker_processes ${args.workers};
# The engine's soft limit of open files may be as low as 1024; two are needed for each connection.
worker_rlimit_nofile 16384;
pid /tmp/nginx.pid;
error_log /dev/stderr warn;

events {
  worker_connections 4096;
}

http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  server_tokens off;
  sendfile on;
  tcp_nopush on;
  keepalive_timeout 65s;
  client_header_timeout 10s;
  client_body_timeout 30s;
  send_timeout 30s;
  large_client_header_buffers 4 8k;
  client_body_temp_path /tmp/client-body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;

  gzip on;
  gzip_vary on;
  gzip_proxied any;
  gzip_min_length 1024;
  gzip_types application/json application/problem+json application/javascript text/css text/plain image/svg+xml;

  # A caller's own request id is kept when it is harmless, else a new one is made.
  map $http_x_request_id $trace_id {
    "~^[A-Za-z0-9._-]{1,64}$" $http_x_request_id;
    default $request_id;
  }

  ${accessLog()}

  ${upstreams()}${readEachTime(args)}

  limit_conn_zone $binary_remote_addr zone=clients:1m;
  limit_conn_status 429;

  server {
    ${listeners(args)}
    limit_conn clients ${args.connectionsPerClientMax};
    error_page 413 = @too_large;
    error_page 429 = @too_many;
    error_page 502 504 = @unavailable;
    client_max_body_size 64k;
    add_header X-Request-Id $trace_id always;
    add_header X-Content-Type-Options nosniff always;
    add_header Referrer-Policy no-referrer always;
    add_header X-Frame-Options DENY always;

    set $backend http://backend:8080;
    set $frontend http://frontend:8080;
    set $object_store https://object-store:9000;
${apiLocations(args)}
${objectLocation(args)}

    location / {
      proxy_pass $frontend;
    }
${problem("too_large", 413, "Request is too large")}
${problem("too_many", 429, "Too many connections", 1)}
${problem("unavailable", 503, "Service is starting or stopping, try again", 2)}
  }
${sendToTls(args)}
  server {
    listen 127.0.0.1:${EDGE_PORTS.health};
    access_log off;
    location = /healthz {
      return 200;
    }
  }
}
`;
}
