// What the API says, as far as the pages need it. The names are those of /api/v1/openapi.json.

/** The verdicts of the CCS Contest API, and JE for the judge's own fault, in words. */
export const VERDICT_TITLES: Readonly<Record<string, string>> = {
  AC: "Accepted",
  WA: "Wrong answer",
  TLE: "Time limit exceeded",
  MLE: "Memory limit exceeded",
  OLE: "Output limit exceeded",
  RTE: "Run-time error",
  CE: "Compile error",
  PE: "Presentation error",
  SV: "Security violation",
  JE: "Judging error",
};

export type Status = "queued" | "compiling" | "running" | "judged" | "failed";

/** One step of a submission. `seq` counts from 1 without gaps; `test_case` counts from 1. */
export interface SubmissionEvent {
  readonly seq: number;
  readonly status: Status;
  readonly test_case: number | null;
  readonly total: number | null;
  readonly verdict: string | null;
  readonly score: number | null;
}

/** An error answer (RFC 9457). */
export interface Problem {
  readonly title: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
}

export function isFinal(status: Status): boolean {
  return status === "judged" || status === "failed";
}

/** Reads an error answer, whoever gave it: a proxy in between may answer with anything. */
export async function problemOf(response: Response): Promise<string> {
  const isProblem = response.headers.get("content-type")?.startsWith("application/problem+json") ?? false;
  if (!isProblem) return `The server answered ${response.status} ${response.statusText}.`;
  const problem = (await response.json()) as Problem;
  const fields = (problem.errors ?? []).map((each) => `${each.field}: ${each.message}`);
  return fields.length > 0 ? fields.join("\n") : (problem.detail ?? problem.title);
}
