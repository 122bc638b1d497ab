import { Type } from "typebox";
import { DATASET_FORMATS, DATASET_STATUSES } from "../../core/dataset.ts";
import { choice, Id, Name, nullable, pageOf, Time } from "./shared.ts";

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
