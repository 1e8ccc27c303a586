// Submits answers, for problems that take no programs: a zip as it is, single files as JSON.
import htmx from "htmx.org";

import { send } from "./submit";

const TOGETHER_BYTES_MAX = 256 * 1024; // of single files; more, or what is no text, travels as a zip

type Packed = { readonly url: string; readonly type: string; readonly body: Blob | string };

function find<T extends Element>(within: ParentNode, selector: string, type: new () => T): T {
  const element = within.querySelector(selector);
  if (!(element instanceof type)) throw new Error(`the page lacks ${selector}`);
  return element;
}

async function textOf(file: File): Promise<string | null> {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await file.arrayBuffer());
  } catch {
    return null;
  }
}

/** What is to be sent, or why nothing can be. */
async function packed(problemId: string, files: readonly File[]): Promise<Packed | string> {
  const [first] = files;
  if (first === undefined) return "Choose the files with your answers first.";
  if (files.length === 1 && first.name.toLowerCase().endsWith(".zip")) {
    const url = `/api/v1/submissions?problem_id=${encodeURIComponent(problemId)}`;
    return { url, type: "application/zip", body: first };
  }
  const total = files.reduce((sum, file) => sum + file.size, 0);
  if (total > TOGETHER_BYTES_MAX) return "These are too large to be sent one by one: pack them as a zip.";
  const texts: { name: string; content: string }[] = [];
  for (const file of files) {
    const content = await textOf(file);
    if (content === null) return `${file.name} is no text: pack your answers as a zip.`;
    texts.push({ name: file.name, content });
  }
  const body = JSON.stringify({ problem_id: problemId, language: "answers", files: texts });
  return { url: "/api/v1/submissions", type: "application/json", body };
}

export function startAnswers(form: HTMLFormElement): void {
  const chosen = find(form, "[name=answers]", HTMLInputElement);
  const button = find(form, "[type=submit]", HTMLButtonElement);
  const refusal = find(form, "[data-refusal]", HTMLElement);
  const result = find(document, "#result", HTMLElement);
  const say = (words: string): void => {
    refusal.textContent = words;
    refusal.hidden = words === "";
  };
  const submit = async (): Promise<void> => {
    say("");
    const ready = await packed(form.dataset["problemId"] ?? "", Array.from(chosen.files ?? []));
    if (typeof ready === "string") return say(ready);
    button.disabled = true;
    const answer = await send(ready.url, { "Content-Type": ready.type }, ready.body);
    button.disabled = false;
    if ("refusal" in answer) return say(answer.refusal);
    await htmx.ajax("get", `/submissions/${encodeURIComponent(answer.id)}/panel`, result);
    result.scrollIntoView({ block: "nearest" });
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submit();
  });
  button.disabled = false;
  form.dataset["ready"] = "";
}
