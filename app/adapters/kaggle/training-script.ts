import { type ExecutorJob, PermanentJobError } from "../../core/executor.ts";
import { PRESETS } from "../../core/language-model/presets.ts";
import { CHARACTERS_MAX, TRAIN_CHARACTERS_MIN } from "../../core/language-model/split.ts";
import type { BaseModel } from "../../core/parameters.ts";
import { NETWORK_PY } from "./script/network.ts";
import { RANDOM_PY } from "./script/random.ts";
import { ROWS_PY } from "./script/rows.ts";
import { TRAINING_PY } from "./script/training.ts";

/**
 * The kernel's source: a Python script that needs nothing but the standard library, uses numpy when it is there,
 * reads the dataset from the kernel's inputs and leaves `model.safetensors` and `metrics.json` behind.
 * Throws a PermanentJobError for a base model that is not known.
 */
export function renderTrainingScript(job: ExecutorJob): string {
  return [head(job), RANDOM_PY, ROWS_PY, NETWORK_PY, TRAINING_PY].join("\n");
}

/** JSON in a JSON string is also a Python string, whatever it holds. */
function head(job: ExecutorJob): string {
  return `"""Trains a small language model for job ${job.id.replaceAll(/[^\w-]/g, "")}."""
import collections
import csv
import hashlib
import io
import json
import math
import os
import struct
import sys

try:
    import numpy
except ImportError:
    numpy = None

JOB = json.loads(${JSON.stringify(JSON.stringify(facts(job)))})


def say(text):
    print(text, flush=True)
`;
}

function facts({ id, baseModel, parameters, dataset }: ExecutorJob) {
  if (!Object.hasOwn(PRESETS, baseModel)) throw new PermanentJobError(`No base model ${baseModel} here.`);
  const { context, embedding, hidden, samplesPerEpochMax } = PRESETS[baseModel as BaseModel];
  const { epochs, learning_rate, seed, batch_size, held_out_fraction } = parameters;
  return {
    job_id: id,
    dataset_sha256: dataset.sha256,
    format: dataset.format,
    base_model: baseModel,
    parameters: JSON.stringify(parameters),
    shape: { context, embedding, hidden },
    samples_per_epoch_max: samplesPerEpochMax,
    characters_max: CHARACTERS_MAX,
    train_characters_min: TRAIN_CHARACTERS_MIN,
    ...{ epochs, learning_rate, seed, batch_size, held_out_fraction },
  };
}
