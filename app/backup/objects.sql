-- The objects that the rows need, for backups: key, digest where it is known, and whether the row is worthless
-- without it. A backup is taken before a migration too: this must work on the schema of the release before.
SELECT object_key AS key, sha256, true AS required FROM datasets WHERE object_key IS NOT NULL
UNION ALL
SELECT object_key, sha256, true FROM models
UNION ALL
SELECT checkpoint_key, NULL, false FROM jobs
  WHERE checkpoint_key IS NOT NULL AND status IN ('queued', 'running')
