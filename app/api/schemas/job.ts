import { Type } from "typebox";
import { JOB_STATUSES } from "../../core/job.ts";
import { BASE_MODELS, TrainingParametersSchema } from "../../core/parameters.ts";
import { choice, defaulted, Id, nullable, PageQuery, pageOf, STRICT, Time } from "./shared.ts";

const Executor = choice(["local", "kaggle"]);
const Status = choice(JOB_STATUSES);

export const JobSchema = Type.Object(
  {
    id: Id,
    status: Status,
    dataset_id: Id,
    base_model: Type.String(),
    executor: Executor,
    parameters: TrainingParametersSchema,
    progress: Type.Number({ minimum: 0, maximum: 1 }),
    attempt: Type.Integer({ description: "0 while it never ran" }),
    error: nullable(Type.String()),
    model_id: nullable(Id),
    created_at: Time,
    started_at: nullable(Time),
    finished_at: nullable(Time),
    updated_at: Time,
  },
  { $id: "Job" },
);

export const JobPage = pageOf("JobPage", JobSchema);

export const NewJob = Type.Object(
  {
    dataset_id: Id,
    base_model: choice(BASE_MODELS),
    executor: Type.Optional(choice(["local", "kaggle"], { default: "local" })),
    parameters: Type.Optional(Type.Partial(TrainingParametersSchema, { additionalProperties: false })),
  },
  { $id: "NewJob", additionalProperties: false },
);

export const IdempotencyHeaders = Type.Object({
  "idempotency-key": Type.Optional(
    Type.String({
      pattern: "^[\\x21-\\x7e]{1,255}$",
      description: "Same key and same body: the same job. Same key and another body: 409",
    }),
  ),
});

export const JobsQuery = Type.Object(
  { ...PageQuery.properties, status: Type.Optional(Status), dataset_id: Type.Optional(Id) },
  STRICT,
);

export const LogEntry = Type.Object(
  {
    seq: Type.Integer({ description: "From 1, without gaps" }),
    time: Time,
    level: choice(["debug", "info", "warn", "error"]),
    message: Type.String(),
  },
  { $id: "LogEntry" },
);

export const LogQuery = Type.Object(
  {
    after: defaulted(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0 })),
    limit: defaulted(Type.Integer({ minimum: 1, maximum: 1_000, default: 100 })),
  },
  STRICT,
);

export const LogPage = Type.Object(
  {
    entries: Type.Array(LogEntry),
    next_after: Type.Integer({ description: "`after` of the next page" }),
  },
  { $id: "LogPage" },
);
