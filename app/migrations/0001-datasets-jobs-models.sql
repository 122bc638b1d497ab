-- compatible: yes
-- First schema. "compatible" says whether the release before this one keeps working on it.

CREATE TABLE datasets (
  id uuid PRIMARY KEY,
  name text NOT NULL UNIQUE,
  description text,
  format text NOT NULL CHECK (format IN ('jsonl', 'csv', 'text')),
  status text NOT NULL DEFAULT 'empty' CHECK (status IN ('empty', 'ready')),
  bytes bigint,
  sha256 text,
  rows bigint,
  -- Where the accepted content lies, and where a presigned upload may put new content.
  object_key text,
  upload_key text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((status = 'ready') = (object_key IS NOT NULL))
);

-- A job is its own queue entry. Room is left on each page so that heartbeats and progress stay on it (HOT).
CREATE TABLE jobs (
  id uuid PRIMARY KEY,
  -- No foreign key: a finished job outlives its dataset. Creating a job locks the dataset's row instead.
  dataset_id uuid NOT NULL,
  base_model text NOT NULL,
  executor text NOT NULL CHECK (executor IN ('local', 'kaggle')),
  parameters jsonb NOT NULL,
  status text NOT NULL DEFAULT 'queued'
    CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'canceled')),
  progress real NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
  attempt integer NOT NULL DEFAULT 0,
  error text,
  model_id uuid,
  -- Not to be claimed before this time.
  run_at timestamptz NOT NULL DEFAULT now(),
  -- The next claim goes on with the same attempt.
  resuming boolean NOT NULL DEFAULT false,
  -- Times the lease ran out.
  interruptions integer NOT NULL DEFAULT 0,
  -- A new token with each claim: every write of a run names it, so a stale run can write nothing.
  lease_token uuid,
  lease_expires_at timestamptz,
  worker text,
  checkpoint_key text,
  log_seq bigint NOT NULL DEFAULT 0,
  idempotency_key text,
  idempotency_hash text,
  created_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz,
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((status = 'running') = (lease_token IS NOT NULL)),
  CHECK ((status = 'succeeded') = (model_id IS NOT NULL)),
  CHECK ((status IN ('succeeded', 'failed', 'canceled')) = (finished_at IS NOT NULL))
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);

CREATE INDEX jobs_queue ON jobs (run_at, id) WHERE status = 'queued';
CREATE INDEX jobs_running ON jobs (id) WHERE status = 'running';
CREATE INDEX jobs_status ON jobs (status, id);
CREATE INDEX jobs_dataset ON jobs (dataset_id, id);
CREATE UNIQUE INDEX jobs_idempotency ON jobs (idempotency_key) WHERE idempotency_key IS NOT NULL;

CREATE TABLE job_log (
  job_id uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
  seq bigint NOT NULL,
  time timestamptz NOT NULL,
  level text NOT NULL CHECK (level IN ('debug', 'info', 'warn', 'error')),
  message text NOT NULL,
  PRIMARY KEY (job_id, seq)
);

CREATE TABLE models (
  id uuid PRIMARY KEY,
  -- One model for one job: a second finish cannot be stored.
  job_id uuid NOT NULL UNIQUE REFERENCES jobs,
  dataset_id uuid NOT NULL,
  name text NOT NULL,
  base_model text NOT NULL,
  content_type text NOT NULL,
  bytes bigint NOT NULL,
  sha256 text NOT NULL,
  metrics jsonb NOT NULL,
  object_key text NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- Counters that may be lost in a crash of the server: no write-ahead log.
CREATE UNLOGGED TABLE rate_windows (
  key text PRIMARY KEY,
  hits bigint NOT NULL,
  expires_at timestamptz NOT NULL
) WITH (fillfactor = 50);

-- What each running process last said of itself; rows older than a few seconds are of processes that are gone.
CREATE UNLOGGED TABLE processes (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('api', 'worker')),
  seen_at timestamptz NOT NULL DEFAULT now(),
  figures jsonb NOT NULL
) WITH (fillfactor = 50);
