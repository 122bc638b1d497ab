/** Turns one pattern of a .dockerignore into a regular expression for a path and everything below it. */
function expression(pattern: string): RegExp {
  const source = pattern
    .replace(/^\.?\/+|\/+$/g, "")
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*\*\/|\*\*|\*|\?/g, (wildcard) => {
      if (wildcard === "**/") return "(?:.*/)?";
      if (wildcard === "**") return ".*";
      return wildcard === "*" ? "[^/]*" : "[^/]";
    });
  return new RegExp(`^${source}(?:/.*)?$`);
}

/**
 * Whether the builder leaves a path (relative to the context, with slashes) out, by the text of a .dockerignore:
 * the last pattern that matches decides, and `!` takes a path back in.
 */
export function dockerIgnore(text: string): (path: string) => boolean {
  const rules = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith("#"))
    .map((line) => ({ keeps: line.startsWith("!"), matches: expression(line.replace(/^!/, "")) }));
  return (path) => {
    const decisive = rules.findLast(({ matches }) => matches.test(path));
    return decisive !== undefined && !decisive.keeps;
  };
}
