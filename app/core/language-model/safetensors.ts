/** One array of a safetensors file, float32. */
export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface SafetensorsFile {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: readonly Tensor[];
}

interface Entry {
  readonly dtype: string;
  readonly shape: number[];
  readonly data_offsets: [number, number];
}

const HEADER_BYTES_MAX = 1_000_000;

/** Writes the safetensors format: 8 bytes of header length, a JSON header, then the numbers, all little-endian. */
export function writeSafetensors({ metadata, tensors }: SafetensorsFile): Uint8Array {
  let end = 0;
  const entries = tensors.map(({ name, shape, data }): [string, Entry] => {
    const start = end;
    end += data.byteLength;
    return [name, { dtype: "F32", shape: [...shape], data_offsets: [start, end] }];
  });
  const text = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) });
  const unpadded = new TextEncoder().encode(text);
  const header = new Uint8Array(Math.ceil(unpadded.length / 8) * 8).fill(0x20);
  header.set(unpadded);
  const file = new Uint8Array(8 + header.length + end);
  const view = new DataView(file.buffer);
  view.setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  let at = 8 + header.length;
  for (const { data } of tensors) {
    for (const value of data) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  return file;
}

/** Reads what `writeSafetensors` wrote; throws on anything else. */
export function readSafetensors(file: Uint8Array): SafetensorsFile {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const headerBytes = file.byteLength < 8 ? Number.NaN : Number(view.getBigUint64(0, true));
  if (!(headerBytes <= Math.min(HEADER_BYTES_MAX, file.byteLength - 8)))
    throw new Error("not a safetensors file");
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + headerBytes))) as Record<
    string,
    Entry
  >;
  const { __metadata__: metadata = {}, ...entries } = header as Record<string, never>;
  const tensors = Object.entries(entries as Record<string, Entry>).map(([name, entry]): Tensor => {
    const [start, end] = entry.data_offsets;
    const data = new Float32Array((end - start) / 4);
    for (let i = 0; i < data.length; i += 1) data[i] = view.getFloat32(8 + headerBytes + start + 4 * i, true);
    return { name, shape: entry.shape, data };
  });
  return { metadata, tensors };
}
