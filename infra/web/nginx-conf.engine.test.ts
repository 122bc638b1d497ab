import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readBaseImages } from "../swarm/base-images.ts";
import { renderNginxConf } from "./nginx-conf.ts";

const { nginx } = readBaseImages(join(import.meta.dirname, "../.."));

const conf = renderNginxConf({
  workers: 1,
  requestSizeMbMax: 10,
  objectSizeMbMax: 200,
  connectionsPerClientMax: 64,
  bucket: "finetune-models",
  // Any certificate does for the check; this one is in the image.
  caPath: "/etc/ssl/certs/ca-certificates.crt",
});

/** What Nginx of the base image says to a configuration; it exits with an error when that is wrong. */
function check(text: string): string {
  const script = "cat > /tmp/nginx.conf && nginx -t -c /tmp/nginx.conf 2>&1";
  const options = ["run", "--rm", "-i", "--read-only", "--tmpfs", "/tmp", "--entrypoint", "sh"];
  return execFileSync("docker", [...options, nginx.imageId, "-c", script], { input: text, encoding: "utf8" });
}

test("Nginx takes the edge's configuration as it is, on a read-only root, without a warning", () => {
  const said = check(conf);
  expect(said).toContain("test is successful");
  expect(said).not.toContain("[warn]");
});

test("Nginx refuses it with a directive that is none", () => {
  expect(() => check(conf.replace("server_tokens off;", "server_tokenz off;"))).toThrow();
});
