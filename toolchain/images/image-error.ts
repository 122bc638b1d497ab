/** A base image could not be had. The message says why and what to do; it needs no stack trace. */
export class ImageError extends Error {
  override readonly name = "ImageError";
}
