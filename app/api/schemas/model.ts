import { Type } from "typebox";
import { Id, pageOf, Time } from "./shared.ts";

export const ModelSchema = Type.Object(
  {
    id: Id,
    job_id: Id,
    dataset_id: Id,
    name: Type.String({ description: "File name of the download" }),
    base_model: Type.String(),
    content_type: Type.String(),
    bytes: Type.Integer(),
    sha256: Type.String(),
    metrics: Type.Record(Type.String(), Type.Number()),
    created_at: Time,
  },
  { $id: "Model" },
);

export const ModelPage = pageOf("ModelPage", ModelSchema);
