-- compatible: yes
-- What a job has run so far over all its runs, without its waits in between. Counted until its lease was last prolonged.

ALTER TABLE jobs ADD COLUMN ran_ms bigint NOT NULL DEFAULT 0;
