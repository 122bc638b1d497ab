-- A question of the app that a restored database must answer as the live one did: joins over all that matters.
-- A backup is taken before a migration too: this must work on the schema of the release before.
SELECT jobs.status, count(*) AS jobs, count(models.id) AS models, count(datasets.id) AS datasets,
  sum(jobs.log_seq) AS log_entries, max(models.bytes) AS largest_model
FROM jobs
LEFT JOIN models ON models.job_id = jobs.id
LEFT JOIN datasets ON datasets.id = jobs.dataset_id
GROUP BY jobs.status ORDER BY jobs.status
