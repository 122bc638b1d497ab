import type { ChildProcess } from "node:child_process";
import grpc from "@grpc/grpc-js";
import { exitCode } from "./children.ts";

function failure(error: unknown): grpc.StatusObject {
  const details = error instanceof Error ? error.message : String(error);
  return { code: grpc.status.UNKNOWN, details, metadata: new grpc.Metadata() };
}

/** Answers a call with what the function returns, or with the error that it throws. */
export function unary<Request, Response>(
  answer: (request: Request, call: grpc.ServerUnaryCall<Request, Response>) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.try(answer, call.request, call).then(
      (response) => callback(null, response),
      (error) => callback(failure(error)),
    );
  };
}

type Output<Response> = { setStdout(chunk: Uint8Array): Response; setStderr(chunk: Uint8Array): Response };

/** Answers a call with a process's output as it appears, and at last with its exit code. */
export function streaming<Request, Response extends Output<Response>>(
  Message: new () => Response,
  launch: (request: Request) => ChildProcess,
  finish: (code: number) => Response,
): grpc.handleServerStreamingCall<Request, Response> {
  return async (call) => {
    const send = (message: Response) => call.cancelled || call.write(message);
    try {
      const child = launch(call.request);
      child.stdout?.on("data", (chunk: Buffer) => send(new Message().setStdout(chunk)));
      child.stderr?.on("data", (chunk: Buffer) => send(new Message().setStderr(chunk)));
      send(finish(await exitCode(child)));
      call.end();
    } catch (error) {
      call.emit("error", failure(error));
    }
  };
}
