import { Type } from "typebox";
import { DATASET_FORMATS, DATASET_STATUSES } from "../../core/dataset.ts";
import { ID_PATTERN } from "../../core/id.ts";
import { choice, Id, Name, nullable, PageQuery, pageOf, STRICT, Time } from "./shared.ts";

export const DatasetSchema = Type.Object(
  {
    id: Id,
    name: Type.String(),
    description: nullable(Type.String()),
    format: choice(DATASET_FORMATS),
    status: choice(DATASET_STATUSES),
    bytes: nullable(Type.Integer()),
    sha256: nullable(Type.String()),
    rows: nullable(Type.Integer()),
    created_at: Time,
    updated_at: Time,
  },
  { $id: "Dataset" },
);

export const DatasetPage = pageOf("DatasetPage", DatasetSchema);

/** As many as a page may hold. */
const IDS_MAX = 100;
const ONE_ID = ID_PATTERN.slice(1, -1);

export const DatasetsQuery = Type.Object(
  {
    ...PageQuery.properties,
    ids: Type.Optional(
      Type.String({
        pattern: `^${ONE_ID}(,${ONE_ID}){0,${IDS_MAX - 1}}$`,
        description: `Only these, divided by commas, at most ${IDS_MAX}; those that do not exist are left out`,
      }),
    ),
  },
  STRICT,
);

export const NewDataset = Type.Object(
  {
    name: Name,
    description: Type.Optional(
      Type.String({
        maxLength: 1_000,
        pattern: "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]*$",
        description: "Plain text, no control characters but tab and line breaks",
      }),
    ),
    format: choice(DATASET_FORMATS),
  },
  { $id: "NewDataset", additionalProperties: false },
);

export const ContentAccepted = Type.Object(
  {
    bytes: Type.Integer(),
    sha256: Type.String(),
    rows: Type.Integer(),
    status: Type.Literal("ready"),
  },
  { $id: "ContentAccepted" },
);

export const UploadUrl = Type.Object(
  {
    url: Type.String({ description: "PUT the file here; no token" }),
    method: Type.Literal("PUT"),
    expires_at: Time,
    max_bytes: Type.Integer(),
  },
  { $id: "UploadUrl" },
);
