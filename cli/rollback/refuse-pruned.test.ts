import { expect, test } from "vitest";
import { missingImages } from "./refuse-pruned.ts";

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const images = {
  app: `127.0.0.1:5000/slipway/app@${digest("a")}`,
  web: `127.0.0.1:5000/slipway/web@${digest("b")}`,
};

const address = "127.0.0.1:5000";

test("images that the registry has are not missing, whatever their tags are", () => {
  expect(
    missingImages({ images }, { address, digests: new Set([digest("a"), digest("b"), digest("c")]) }),
  ).toEqual([]);
});

test("those that were pruned are named", () => {
  expect(missingImages({ images }, { address, digests: new Set([digest("b")]) })).toEqual(["app"]);
});

test("those of a registry elsewhere, which is not asked, are not missing", () => {
  const elsewhere = { app: `fra.ocir.io/namespace/slipway/app@${digest("a")}` };
  expect(missingImages({ images: elsewhere }, { address, digests: new Set() })).toEqual([]);
});
