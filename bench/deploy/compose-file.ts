import { stringify } from "yaml";
import type { BaseImage, BaseImageName } from "../../infra/swarm/base-images.ts";

export type ComposeArgs = {
  baseImages: Readonly<Record<BaseImageName, BaseImage>>;
  /** Port on this machine's loopback address. */
  port: number;
  token: string;
  password: string;
};

const BUILD_ARGS = { NODE_BUILD_IMAGE: "node-build", NODE_IMAGE: "node", NGINX_IMAGE: "nginx" } as const;

function buildOf(dockerfile: string, { baseImages }: ComposeArgs) {
  const args = Object.entries(BUILD_ARGS).map(([name, image]) => [name, baseImages[image].reference]);
  return { context: ".", dockerfile, args: Object.fromEntries(args) };
}

function appEnvironment({ token, password }: ComposeArgs): Record<string, string> {
  return {
    DATABASE_URL: `postgres://postgres:${password}@postgres:5432/app`,
    MINIO_ENDPOINT: "minio:9000",
    MINIO_USE_SSL: "false",
    MINIO_USER: "compose",
    MINIO_PASSWORD: password,
    API_TOKENS: token,
    TRUSTED_PROXIES: "uniquelocal",
    RATE_LIMIT_REQUESTS_PER_MINUTE: "1000000",
    RATE_LIMIT_EXPENSIVE_REQUESTS_PER_MINUTE: "1000000",
  };
}

function app(args: ComposeArgs, command: string[]) {
  const restart = { restart: "unless-stopped", stop_grace_period: "35s" };
  return {
    ...restart,
    build: buildOf("app/Dockerfile", args),
    command,
    environment: appEnvironment(args),
    depends_on: ["postgres", "minio"],
  };
}

/** The way of the original design: one compose file, images built on the machine, Nginx in front. */
export function renderCompose(args: ComposeArgs): string {
  const { baseImages, port, password } = args;
  const data = {
    postgres: {
      image: baseImages.postgres.reference,
      environment: { POSTGRES_PASSWORD: password, POSTGRES_DB: "app" },
      volumes: ["postgres-data:/var/lib/postgresql/data"],
      tmpfs: ["/tmp"],
    },
    minio: {
      image: baseImages.minio.reference,
      environment: { MINIO_ROOT_USER: "compose", MINIO_ROOT_PASSWORD: password },
      volumes: ["minio-data:/data"],
    },
  };
  const nginx = {
    image: baseImages.nginx.reference,
    user: "101",
    command: ["nginx", "-c", "/etc/compose/nginx.conf", "-g", "daemon off;"],
    ports: [`127.0.0.1:${port}:8080`],
    volumes: ["./compose-nginx.conf:/etc/compose/nginx.conf:ro"],
    tmpfs: ["/tmp"],
    depends_on: ["backend", "frontend"],
  };
  return stringify({
    version: "3.7",
    services: {
      ...data,
      backend: app(args, ["node", "dist/api.js"]),
      worker: app(args, ["node", "dist/worker.js"]),
      frontend: { build: buildOf("app/Dockerfile.web", args), restart: "unless-stopped", tmpfs: ["/tmp"] },
      nginx,
    },
    volumes: { "postgres-data": {}, "minio-data": {} },
  });
}

/** Kinder than most: addresses are looked up anew, so that a container that was replaced is found. */
export const COMPOSE_NGINX = `pid /tmp/nginx.pid;
error_log /dev/stderr warn;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path /tmp/body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;
  resolver 127.0.0.11 valid=1s ipv6=off;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For $remote_addr;
  server {
    listen 8080;
    client_max_body_size 11m;
    set $backend http://backend:8080;
    set $frontend http://frontend:8080;
    location /api/ {
      proxy_buffering off;
      proxy_request_buffering off;
      proxy_read_timeout 1h;
      proxy_pass $backend;
    }
    location / { proxy_pass $frontend; }
  }
}
`;
