import { ensureSecrets } from "./ensure-secrets.ts";

/** Gives a stack the secrets it lacks and says which. Those it has are never touched. Returns the exit code. */
export async function secrets(
  root: string,
  { stack, json }: { stack: string; json: boolean },
): Promise<number> {
  const made = await ensureSecrets({ root, stack });
  const text =
    made.length === 0
      ? "No secret was missing."
      : `Made, encrypted in Pulumi.${stack}.yaml: ${made.join(", ")}`;
  process.stdout.write(`${json ? JSON.stringify({ made }) : text}\n`);
  return 0;
}
