import { expect, test } from "vitest";
import { blocksOf, commandsOf, filledIn } from "./document-commands.ts";

const DOCUMENT = `# Guide

## First

\`\`\`ini
user=…
\`\`\`

\`\`\`sh
one
two   # a remark
\`\`\`

### Of the first

\`\`\`sh
three
\`\`\`

## Second

\`\`\`sh
four
\`\`\`
`;

test("commands are those of a section with all that is below it, in their order, and of no other", () => {
  expect(commandsOf(DOCUMENT, "First")).toEqual(["one", "two   # a remark", "three"]);
  expect(commandsOf(DOCUMENT, "Second")).toEqual(["four"]);
  expect(commandsOf(DOCUMENT)).toEqual(["one", "two   # a remark", "three", "four"]);
});

test("a section that was renamed is an error, not one without commands", () => {
  expect(() => commandsOf(DOCUMENT, "Fir")).toThrow('no section "Fir"');
});

test("a file that the document shows is had whole, with one's own in place of what it leaves open", () => {
  const [file = ""] = blocksOf(DOCUMENT, "ini", "First");
  expect(filledIn(file, { "user=…": "user=me" })).toBe("user=me\n");
});
