// Sends a source to the API.
import { problemOf } from "./wire";

export interface Draft {
  readonly problem_id: string;
  readonly language: string;
  readonly source: string;
}

export type Answer = { readonly id: string } | { readonly refusal: string };

/**
 * Returns a function that submits drafts. An attempt that got no answer is repeated under the same
 * idempotency key when the draft is the same, so that a lost answer never makes two submissions.
 */
export function submitter(): (draft: Draft) => Promise<Answer> {
  let unanswered: { readonly body: string; readonly key: string } | null = null;
  return async (draft) => {
    const body = JSON.stringify(draft);
    if (unanswered?.body !== body) unanswered = { body, key: freshKey() };
    const headers = { "Content-Type": "application/json", "Idempotency-Key": unanswered.key };
    const answer = await send("/api/v1/submissions", headers, body);
    if (answer !== UNREACHABLE) unanswered = null;
    return answer;
  };
}

const UNREACHABLE: Answer = { refusal: "The server cannot be reached. Nothing of yours is lost; try again." };

/** Posts a submission, whatever its form. */
export async function send(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Blob | string,
): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(url, { method: "POST", headers, body });
  } catch {
    return UNREACHABLE;
  }
  if (!response.ok) return { refusal: await problemOf(response) };
  return (await response.json()) as { id: string };
}

/** 128 random bits. Not crypto.randomUUID: browsers only have that on https and localhost. */
function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
