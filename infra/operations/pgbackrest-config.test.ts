import { expect, test } from "vitest";
import { STANZA } from "../../backup/config.ts";
import { renderPgBackRestConfig } from "./pgbackrest-config.ts";

const store = {
  ...{ endpoint: "https://object-store:9000", region: "us-east-1", bucket: "app-backups", pathStyle: true },
  ...{ accessKey: "user", secretKey: "password", caFile: "/run/ca/ca.crt" },
};
const offsite = {
  ...store,
  endpoint: "https://s3.example.org",
  bucket: "ours",
  pathStyle: false,
  accessKey: "other",
};
const lines = renderPgBackRestConfig({
  ...{ repositories: [store, offsite], key: "key-of-backups\n", keep: 7, jobs: 2 },
}).split("\n");

test("each place is one of pgBackRest's repositories, in the same order, encrypted with the same key", () => {
  for (const line of ["repo1-s3-endpoint=object-store", "repo1-storage-port=9000", "repo1-s3-uri-style=path"])
    expect(lines).toContain(line);
  for (const line of [
    "repo2-s3-endpoint=s3.example.org",
    "repo2-storage-port=443",
    "repo2-s3-uri-style=host",
  ])
    expect(lines).toContain(line);
  for (const place of [1, 2]) {
    expect(lines).toContain(`repo${place}-cipher-type=aes-256-cbc`);
    expect(lines).toContain(`repo${place}-cipher-pass=key-of-backups`);
    expect(lines).toContain(`repo${place}-retention-full=7`);
  }
});

test("the server is known by the name that the program uses", () => {
  expect(lines).toContain(`[${STANZA}]`);
});
