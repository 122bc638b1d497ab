import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const recipes = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" });
const dockerfiles = recipes.filter((path) => path.endsWith("/Dockerfile"));

test.each(dockerfiles)(
  "in %s nothing comes before a stage's mark, so that its builds share no layer",
  (path) => {
    const text = readFileSync(join(import.meta.dirname, path), "utf8");
    const stages = text.split(/^(?=FROM )/m).slice(1);
    // What a stage leaves is removed; the last one is the image.
    const passing = stages.slice(0, -1).filter((stage) => /^(RUN|COPY|ARG|ENV)/m.test(stage));
    for (const stage of passing) expect(stage).toMatch(/^FROM .*\nLABEL slipway\.stage=STAGE\n/);
  },
);
