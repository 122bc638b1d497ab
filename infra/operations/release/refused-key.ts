import { dockerWith } from "../../swarm/docker-client.ts";
import type { ReleaseSpec } from "./gate-context.ts";
import { readNote } from "./notes.ts";

/** A preview is not held longer by an engine that does not answer. */
const CALL_MS_MAX = 10_000;

/**
 * The key of a release where its engine has refused it, else nothing. An engine that cannot be asked, as before it is
 * there, has refused nothing.
 */
export async function refusedKey(release: ReleaseSpec, env: NodeJS.ProcessEnv): Promise<string> {
  const notes = { prefix: release.prefix, docker: dockerWith(env, { callMsMax: CALL_MS_MAX }) };
  const refused = await readNote(notes, "refused").catch(() => undefined);
  return refused?.key === release.key ? `refused ${refused.at}` : "";
}
