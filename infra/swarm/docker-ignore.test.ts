import { expect, test } from "vitest";
import { dockerIgnore } from "./docker-ignore.ts";

const ignored = dockerIgnore(`# everything but the app
*
!app
!package*.json
**/*.test.ts
app/web/dist
`);

test.each([
  ["README.md", true],
  ["app/env.ts", false],
  ["package-lock.json", false],
  ["app/env.test.ts", true],
  ["app/core/deep/x.test.ts", true],
  ["app/web/dist/assets/index.js", true],
  ["app/web/distant.ts", false],
  ["application/x.ts", true],
])("%s is left out: %s", (path, expected) => {
  expect(ignored(path)).toBe(expected);
});
