import type { BackupConfig, Bucket } from "./config.ts";

/** Secrets by the path of their file. */
export type SecretText = (path: string) => string;

function section(name: string, values: Readonly<Record<string, string>>): string {
  return [`[${name}]`, ...Object.entries(values).map(([key, value]) => `${key} = ${value}`), ""].join("\n");
}

function s3Section(name: string, bucket: Bucket, secret: SecretText): string {
  return section(name, {
    type: "s3",
    provider: "Other",
    endpoint: bucket.endpoint,
    region: bucket.region,
    force_path_style: String(bucket.pathStyle),
    access_key_id: secret(bucket.accessKeyFile),
    secret_access_key: secret(bucket.secretKeyFile),
    // Buckets are made once, when a repository is opened; keys of an off-site bucket may not be allowed to.
    no_check_bucket: "true",
  });
}

/**
 * rclone's configuration. `objects` is the app's bucket; of each repository, `NAME-s3` is the service and `NAME` what
 * is encrypted in its bucket. Names stay readable there: they hold ids and times, and content is what must be hidden.
 */
export function renderRcloneConfig(
  { objects, repositories }: Pick<BackupConfig, "objects" | "repositories">,
  obscuredKey: string,
  secret: SecretText,
): string {
  const sections = repositories.flatMap((repository) => [
    s3Section(`${repository.name}-s3`, repository, secret),
    section(repository.name, {
      type: "crypt",
      remote: `${repository.name}-s3:${repository.bucket}`,
      filename_encryption: "off",
      directory_name_encryption: "false",
      password: obscuredKey,
    }),
  ]);
  return [s3Section("objects", objects, secret), ...sections].join("\n");
}
