// Runs the editor's program on inputs of one's own, and shows what came of it. Whatever a program printed only
// ever becomes text.
import { problemOf } from "./wire";

interface ProgramRun {
  readonly status: string;
  readonly message: string;
  readonly exit_code: number | null;
  readonly cpu_time_ms: number;
  readonly memory_bytes: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly stdout_truncated: boolean;
  readonly stderr_truncated: boolean;
}

interface InputRun extends ProgramRun {
  readonly model_answer: ProgramRun | null;
}

interface CustomRun {
  readonly status: "queued" | "running" | "done" | "failed";
  readonly message: string;
  readonly compiled: boolean | null;
  readonly compile_output: string;
  readonly inputs: readonly InputRun[];
  readonly url: string;
}

export interface Program {
  readonly problem_id: string;
  readonly language: string;
  readonly source: string;
}

const INPUTS_MAX = 20; // as the server's
const WAIT_SECONDS = 20;
const PAUSE_MS = 1000; // between two looks, where the server does not wait for us

const ENDINGS: Readonly<Record<string, string>> = {
  OK: "Ended",
  TLE: "Time limit exceeded",
  MLE: "Memory limit exceeded",
  OLE: "Output limit exceeded",
  RTE: "Run-time error",
  SV: "Security violation",
  "not-run": "Not run",
};

function find<T extends Element>(within: ParentNode, selector: string, type: new () => T): T {
  const element = within.querySelector(selector);
  if (!(element instanceof type)) throw new Error(`the page lacks ${selector}`);
  return element;
}

/** Makes the panel work. `program` gives what stands in the editor, or why that cannot be run. */
export function startRuns(panel: HTMLElement, program: () => Program | string): void {
  const form = find(panel, "[data-run-form]", HTMLFormElement);
  const inputs = find(panel, "[data-inputs]", HTMLElement);
  const button = find(form, "[type=submit]", HTMLButtonElement);
  const another = find(form, "[data-another]", HTMLButtonElement);
  const refusal = find(form, "[data-run-refusal]", HTMLElement);
  const outcome = find(panel, "[data-outcome]", HTMLElement);
  const withModel = form.querySelector<HTMLInputElement>("[name=with-model-answer]");

  const say = (words: string): void => {
    refusal.textContent = words;
    refusal.hidden = words === "";
    if (words !== "") refusal.scrollIntoView({ block: "nearest" });
  };
  const areas = (): HTMLTextAreaElement[] => Array.from(inputs.querySelectorAll("textarea"));

  const run = async (): Promise<void> => {
    if (button.disabled) return;
    const asked = program();
    if (typeof asked === "string") return say(asked);
    say("");
    outcome.replaceChildren(line("Running …", "quiet"));
    button.disabled = true;
    const given = areas().map((area) => area.value);
    const answer = await ask({ ...asked, inputs: given, with_model_answer: withModel?.checked ?? false });
    button.disabled = false;
    if (typeof answer === "string") {
      outcome.replaceChildren();
      return say(answer);
    }
    outcome.replaceChildren(...shown(answer));
    outcome.scrollIntoView({ block: "nearest" });
  };

  another.addEventListener("click", () => {
    const input = find(inputs, ".input", HTMLElement).cloneNode(true) as HTMLElement;
    const area = find(input, "textarea", HTMLTextAreaElement);
    const remove = find(input, "[data-remove]", HTMLButtonElement);
    area.value = "";
    remove.hidden = false;
    remove.addEventListener("click", () => {
      input.remove();
      another.disabled = false;
      another.focus();
    });
    inputs.append(input);
    area.focus();
    another.disabled = areas().length >= INPUTS_MAX;
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void run();
  });
  button.disabled = false;
  panel.dataset["ready"] = "";
}

/** The run once it is over, or why there is none. */
async function ask(body: object): Promise<CustomRun | string> {
  const asking: RequestInit = {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  let seen = await look(`/api/v1/runs?wait=${WAIT_SECONDS}`, asking);
  while (typeof seen !== "string" && (seen.status === "queued" || seen.status === "running")) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    seen = await look(`${seen.url}?wait=${WAIT_SECONDS}`);
  }
  return seen;
}

async function look(url: string, options?: RequestInit): Promise<CustomRun | string> {
  let response: Response;
  try {
    response = await fetch(url, options);
  } catch {
    return "The server cannot be reached. Try again.";
  }
  return response.ok ? ((await response.json()) as CustomRun) : problemOf(response);
}

function shown(run: CustomRun): HTMLElement[] {
  if (run.status === "failed") return [line(`The judge could not run this: ${run.message}`, "refusal")];
  const parts: HTMLElement[] = [];
  if (run.compiled === false) {
    const why = run.message.replace(/^compilation: /, "");
    parts.push(line(`It does not compile: ${why}`, "ending bad"));
  }
  if (run.compile_output !== "") parts.push(text("Compiler output", run.compile_output, false));
  if (run.compiled === true && run.message !== "") parts.push(line(run.message, "quiet"));
  run.inputs.forEach((each, index) => {
    if (run.inputs.length > 1) parts.push(heading(`Input ${index + 1}`));
    parts.push(...shownRun(each, "", "Output"));
    if (each.model_answer !== null) parts.push(...shownRun(each.model_answer, "Model solution: ", "Model answer"));
  });
  return parts;
}

/** `who` stands before how it ended, `label` above what it printed. */
function shownRun(run: ProgramRun, who: string, label: string): HTMLElement[] {
  const ending = ENDINGS[run.status] ?? run.status;
  const why = run.message === "" ? "" : `: ${run.message}`;
  const size = `${(run.memory_bytes / 2 ** 20).toFixed(1)} MiB`;
  const facts = run.status === "not-run" ? "" : ` · ${run.cpu_time_ms} ms · ${size}`;
  const parts = [line(`${who}${ending}${why}${facts}`, run.status === "OK" ? "ending" : "ending bad")];
  if (run.status === "not-run") return parts;
  if (run.stdout === "") parts.push(line("It printed nothing.", "quiet"));
  else parts.push(text(label, run.stdout, run.stdout_truncated));
  if (run.stderr !== "") parts.push(text(`${label}: standard error`, run.stderr, run.stderr_truncated));
  return parts;
}

function line(words: string, className: string): HTMLElement {
  const element = document.createElement("p");
  element.className = className;
  element.textContent = words;
  return element;
}

function heading(words: string): HTMLElement {
  const element = document.createElement("h3");
  element.textContent = words;
  return element;
}

function text(label: string, content: string, isCut: boolean): HTMLElement {
  const figure = document.createElement("figure");
  const caption = document.createElement("figcaption");
  caption.textContent = isCut ? `${label} (its beginning)` : label;
  const pre = document.createElement("pre");
  pre.tabIndex = 0;
  pre.textContent = content;
  figure.append(caption, pre);
  return figure;
}
