import { ContentAccepted, DatasetPage, DatasetSchema, NewDataset, UploadUrl } from "./dataset.ts";
import { JobPage, JobSchema, LogEntry, LogPage, NewJob } from "./job.ts";
import { ModelPage, ModelSchema } from "./model.ts";
import { Health, Probe, Stats } from "./operations.ts";
import { ProblemSchema } from "./shared.ts";

/** Named in the document, so that clients get types of these names. */
export const COMPONENTS = [
  ProblemSchema,
  DatasetSchema,
  DatasetPage,
  NewDataset,
  ContentAccepted,
  UploadUrl,
  JobSchema,
  JobPage,
  NewJob,
  LogEntry,
  LogPage,
  ModelSchema,
  ModelPage,
  Health,
  Probe,
  Stats,
];
