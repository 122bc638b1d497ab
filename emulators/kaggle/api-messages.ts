/**
 * The request fields each method knows, in their JSON names.
 * Source: the generated types of kagglesdk 0.1.38 (PyPI), read November 2026.
 */
export const REQUEST_FIELDS: Readonly<Record<string, readonly string[]>> = {
  "security.OAuthService/IntrospectToken": ["token"],
  "blobs.BlobApiService/StartBlobUpload": [
    "type",
    "name",
    "contentType",
    "contentLength",
    "lastModifiedEpochSeconds",
  ],
  "datasets.DatasetApiService/CreateDataset": [
    "id",
    "ownerSlug",
    "slug",
    "title",
    "licenseName",
    "isPrivate",
    "files",
    "subtitle",
    "description",
    "categoryIds",
    "directories",
  ],
  "datasets.DatasetApiService/CreateDatasetVersion": ["ownerSlug", "datasetSlug", "body"],
  "datasets.DatasetApiService/GetDataset": ["ownerSlug", "datasetSlug"],
  "datasets.DatasetApiService/GetDatasetStatus": ["ownerSlug", "datasetSlug"],
  "kernels.KernelsApiService/SaveKernel": [
    "id",
    "slug",
    "newTitle",
    "text",
    "language",
    "kernelType",
    "datasetDataSources",
    "kernelDataSources",
    "competitionDataSources",
    "categoryIds",
    "isPrivate",
    "enableGpu",
    "enableInternet",
    "dockerImagePinningType",
    "modelDataSources",
    "enableTpu",
    "sessionTimeoutSeconds",
    "priority",
    "dockerImage",
    "kernelExecutionType",
    "machineShape",
  ],
  "kernels.KernelsApiService/GetKernel": ["userName", "kernelSlug", "versionLabel"],
  "kernels.KernelsApiService/GetKernelSessionStatus": ["userName", "kernelSlug", "versionLabel"],
  "kernels.KernelsApiService/ListKernelSessionOutput": [
    "userName",
    "kernelSlug",
    "pageSize",
    "pageToken",
    "versionLabel",
  ],
  "kernels.KernelsApiService/GetAcceleratorQuotaStatistics": [],
  "kernels.KernelsApiService/CancelKernelSession": ["kernelSessionId"],
  "kernels.KernelsApiService/DeleteKernel": ["userName", "kernelSlug"],
};

/** States of a session on the wire; the client reads both `CANCEL_ACKNOWLEDGED` and this spelling. */
export type KernelStatus =
  | "queued"
  | "running"
  | "complete"
  | "error"
  | "cancelRequested"
  | "cancelAcknowledged"
  | "newScript";

/** One entry of a session's log, live or persisted. `time` is in seconds since the session started. */
export interface LogEvent {
  stream_name: "stdout" | "stderr";
  time: number;
  data: string;
}

/** A request's body: the JSON object as sent. */
export type Message = Readonly<Record<string, unknown>>;
