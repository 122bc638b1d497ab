import { relative } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The command that runs one of the project's own programs, by its URL. Its path starts from where Pulumi runs program
 * and commands alike, which each checkout has: another one than made a resource can take it away.
 */
export function scriptCommand(url: string): string {
  return `node ${JSON.stringify(relative(process.cwd(), fileURLToPath(url)))}`;
}
