/** What the image registry must know of the tenancy that it is of. */
export interface RegistryTenant {
  /** The tenancy's namespace: the first part of every repository's path. */
  namespace: string;
  /** Who may come in: `<namespace>/<user>`, and the user's auth token. */
  user: string;
  authToken: string;
  /** Whether a repository of this name has been made. */
  hasRepository(name: string): boolean;
}

export interface RegistryRefusal {
  status: 401 | 403;
  headers: Record<string, string>;
  body: { errors: { code: string; message: string }[] };
}

/** Why a request is not let through to the images; undefined where it is. Every repository is private. */
export function registryRefusal(
  { path, authorization }: { path: string; authorization: string | undefined },
  tenant: RegistryTenant,
): RegistryRefusal | undefined {
  const wanted = `Basic ${Buffer.from(`${tenant.user}:${tenant.authToken}`).toString("base64")}`;
  if (authorization !== wanted) {
    const headers = { "www-authenticate": 'Basic realm="Oracle Registry"' };
    return { status: 401, headers, body: problem("UNAUTHORIZED", "Unauthorized") };
  }
  const repository = repositoryOf(path);
  if (repository === undefined) return undefined;
  const [namespace, ...rest] = repository.split("/");
  const name = rest.join("/");
  if (namespace === tenant.namespace && tenant.hasRepository(name)) return undefined;
  const message = `Repo not found: ${name}. Please create the repo first or verify the path.`;
  return { status: 403, headers: {}, body: problem("DENIED", message) };
}

/** The repository that a path of the registry's API is about, if it is about one. */
function repositoryOf(path: string): string | undefined {
  return /^\/v2\/(.+?)\/(?:manifests|blobs|tags|referrers)\//.exec(path)?.[1];
}

function problem(code: string, message: string): RegistryRefusal["body"] {
  return { errors: [{ code, message }] };
}
