import { describe, expect, test } from "vitest";
import { readDamage } from "./find-damage.ts";
import { pgBackRestError } from "./pgbackrest.ts";

const error = (stderr: string) =>
  pgBackRestError("base backup", { exitCode: 1, stdout: "", stderr }, "dump-failed");

describe("what pgBackRest says", () => {
  test.each([
    [
      "wrong-key",
      "ERROR: [029]: unable to load info file '/a' or '/b':\n FormatError: key/value found outside of section at line 1: \u0001",
    ],
    ["wrong-key", "ERROR: [095]: unable to load info file '/a' or '/b':\n CryptoError: unable to flush"],
    [
      "store-unreachable",
      "ERROR: [039]: HTTP request failed with 403 (Forbidden):\n*** Path/Query ***:\nGET /x",
    ],
    [
      "store-unreachable",
      "ERROR: [049]: unable to load info file '/a':\n HostConnectError: unable to get address",
    ],
    ["damaged", "ERROR: [029]: raised from local-1 protocol: zst error: [-20] Data corruption detected"],
    [
      "not-archived",
      "ERROR: [082]: WAL segment 0000 was not archived before the 60000ms timeout\n HINT: check",
    ],
    [
      "database-unreachable",
      "WARN: unable to check pg1: [DbConnectError] no\nERROR: [056]: unable to find primary cluster - cannot proceed",
    ],
    ["disk-full", "ERROR: [082]: unable to write '/scratch/x': [28] No space left on device"],
    ["dump-failed", "ERROR: [050]: unable to acquire lock"],
  ])("means %s", (reason, said) => {
    expect(error(said).reason).toBe(reason);
  });

  test("is told in one line: neither an answer's headers nor bytes of a file", () => {
    expect(error("ERROR: [039]: HTTP request failed with 403 (Forbidden):\n*** Path/Query ***").message).toBe(
      "base backup: HTTP request failed with 403 (Forbidden)",
    );
    expect(error("ERROR: [029]: found \u0001\u00e4").message).toBe("base backup: found ??");
  });

  test("of a file that could not be read, as where the store went away, is no damage", () => {
    const file = "000000010000000000000007-b5c57253bed9d9944ff40234d8b58ec16a806633.zst";
    const said = `P01   INFO: invalid result 15-1/0000000100000000/${file}: [39] HTTP request failed with 503`;
    expect(() => readDamage(said)).toThrow(
      expect.objectContaining({ reason: "store-unreachable", message: expect.stringContaining("503") }),
    );
  });

  test("names what is damaged", () => {
    const said = `P01   INFO: invalid checksum '15-1/0000000100000000/000000010000000000000004-a09024866a61e0960f330d2efafccc27c3b244ff.zst'
P02   INFO: invalid checksum '20261126-080231F/pg_data/base/1/1255.zst'
P02   INFO: invalid size '20261126-080231F/pg_data/base/1/1249.zst'
P01   INFO: invalid result 15-1/0000000100000000/000000010000000000000007-b5c57253bed9d9944ff40234d8b58ec16a806633.zst: [29] raised
P01   INFO: file missing '20261127-080231F/pg_data/global/1262.zst'
  backup: 20261128-080231F, status: manifest missing, total files checked: 0
  backup: 20261129-080231F, status: valid, total files checked: 9`;
    expect(readDamage(said)).toEqual({
      damagedSegments: ["15-1/000000010000000000000004", "15-1/000000010000000000000007"],
      damagedBases: ["20261126-080231F", "20261127-080231F", "20261128-080231F"],
    });
    expect(readDamage("stanza: database\nstatus: ok")).toEqual({ damagedSegments: [], damagedBases: [] });
    expect(() => readDamage("stanza: database\nstatus: error\n other: 1")).toThrow(
      /what was stored is damaged/,
    );
  });
});
