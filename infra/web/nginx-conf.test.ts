import { describe, expect, test } from "vitest";
import { renderNginxConf } from "./nginx-conf.ts";

const conf = renderNginxConf({
  workers: 2,
  requestSizeMbMax: 10,
  objectSizeMbMax: 200,
  connectionsPerClientMax: 64,
  bucket: "finetune-models",
  caPath: "/run/ca/ca.crt",
});

/** The text of a location's block, to its closing brace. */
function location(of: string): string {
  const start = conf.indexOf(`location ${of} {`);
  if (start < 0) throw new Error(`there is no location ${of}`);
  return conf.slice(start, conf.indexOf("\n    }", start));
}

const LOGS = "~ ^/api/v1/jobs/[^/]+/logs$";
const CONTENT = "~ ^/api/v1/datasets/[^/]+/content$";

describe("the edge's configuration", () => {
  test("asks for addresses at each request, and forgets them in a second", () => {
    expect(conf).toContain("resolver 127.0.0.11 valid=1s");
    expect(conf.match(/proxy_pass \S+;/g)).toEqual([
      "proxy_pass $backend;",
      "proxy_pass $backend;",
      "proxy_pass $backend;",
      "proxy_pass $object_store;",
      "proxy_pass $frontend;",
    ]);
  });

  test("tries the next address when one does not answer", () => {
    expect(conf).toContain("proxy_next_upstream error timeout http_502 http_503;");
  });

  test("tells the client's own address and believes no client about it", () => {
    expect(conf).toContain("proxy_set_header X-Forwarded-For $remote_addr;");
    expect(conf).not.toContain("$proxy_add_x_forwarded_for");
  });

  test("lets a body one MB over the API's limit pass, so that the API answers", () => {
    expect(location("/api/")).toContain("client_max_body_size 11m;");
    expect(location(CONTENT)).toContain("client_max_body_size 11m;");
    expect(location("/finetune-models/")).toContain("client_max_body_size 200m;");
  });

  test("sends live logs on as they come", () => {
    expect(location(LOGS)).toContain("proxy_buffering off;");
    expect(location(LOGS)).toContain("gzip off;");
  });

  test("keeps nothing of an upload", () => {
    expect(location(CONTENT)).toContain("proxy_request_buffering off;");
    expect(location("/finetune-models/")).toContain("proxy_request_buffering off;");
  });

  test("checks the object store's certificate, and lets only reads and writes through", () => {
    expect(location("/finetune-models/")).toContain("proxy_ssl_verify on;");
    expect(location("/finetune-models/")).toContain("proxy_ssl_trusted_certificate /run/ca/ca.crt;");
    expect(location("/finetune-models/")).toContain("limit_except GET PUT { deny all; }");
  });

  test("answers health checks on a port that nobody else reaches", () => {
    expect(conf).toContain("listen 127.0.0.1:8081;");
  });

  test("depends on nothing but its arguments", () => {
    expect(conf.match(/undefined|NaN|\[object/)).toBeNull();
  });
});

describe("the edge before a certificate authority", () => {
  const tls = { certificatePath: "/chain.pem", keyPath: "/key.pem" };
  const inClear = (challenges: boolean) => {
    const text = renderNginxConf({
      ...{ workers: 2, requestSizeMbMax: 10, objectSizeMbMax: 200, connectionsPerClientMax: 64 },
      ...{ bucket: "finetune-models", caPath: "/run/ca/ca.crt", tls, challenges },
    });
    return text.slice(text.lastIndexOf("listen 8080 default_server"), text.lastIndexOf("server {"));
  };

  test("passes its questions on in clear, and sends everything else to TLS", () => {
    const text = inClear(true);
    expect(text).toMatch(/location \/\.well-known\/acme-challenge\/ {[^}]*limit_except GET { deny all; }/);
    expect(text).toContain("set $certificates http://certificates:8080;");
    expect(text).toMatch(/location \/ {\s*return 308 https:\/\/\$host\$request_uri;/);
  });

  test("sends everything to TLS where no certificate is asked for", () => {
    expect(inClear(false)).not.toContain("acme");
    expect(inClear(false)).toContain("return 308 https://$host$request_uri;");
  });
});
