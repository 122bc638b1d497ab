import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ApiProblem } from "../api/problem.ts";
import { ProblemNotice } from "../ui/problem-notice.tsx";
import { faultLine, readLine } from "./read-line.ts";

/** What is wrong with a file; a fault in a line shows that line, read from the file at hand. */
export function ContentProblem({ problem, file }: { problem: ApiProblem; file: File | undefined }) {
  const text = useSignal<string | undefined>(undefined);
  const line = problem.faults.map(({ path }) => faultLine(path)).find((found) => found !== undefined);
  useEffect(() => {
    text.value = undefined;
    if (line === undefined || !file) return;
    void readLine(file, line).then((found) => {
      text.value = found;
    });
  }, [problem, file]);
  return (
    <div class="stack-small">
      <ProblemNotice problem={problem} />
      {text.value !== undefined && (
        <figure class="line-view">
          <figcaption>
            Line {line} of {file?.name}
          </figcaption>
          <pre>
            <span class="line-number">{line}</span>
            {text.value === "" ? <em>an empty line</em> : text.value}
          </pre>
        </figure>
      )}
    </div>
  );
}
