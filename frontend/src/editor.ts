// The workbench of a problem's page: language choice, editor, file, and the Submit button.
import { indentWithTab } from "@codemirror/commands";
import { indentUnit, syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState, Prec } from "@codemirror/state";
import { EditorView, keymap } from "@codemirror/view";
import { classHighlighter } from "@lezer/highlight";
import { basicSetup } from "codemirror";
import htmx from "htmx.org";

import { startAnswers } from "./answers";
import { type Drafts, draftsOf } from "./draft";
import { grammarOf } from "./grammars";
import { startRuns } from "./run";
import { submitter } from "./submit";

const NO_SOURCE = "There is no source yet: write or open one.";

interface Workbench {
  readonly form: HTMLFormElement;
  readonly language: HTMLSelectElement;
  readonly file: HTMLInputElement;
  readonly button: HTMLButtonElement;
  readonly refusal: HTMLElement;
  readonly host: HTMLElement;
  readonly result: HTMLElement;
  readonly problemId: string;
  readonly sourceBytesMax: number;
}

function find<T extends Element>(form: ParentNode, selector: string, type: new () => T): T {
  const element = form.querySelector(selector);
  if (!(element instanceof type)) throw new Error(`the page lacks ${selector}`);
  return element;
}

function workbenchOf(form: HTMLFormElement): Workbench {
  return {
    form,
    language: find(form, "[name=language]", HTMLSelectElement),
    file: find(form, "[name=file]", HTMLInputElement),
    button: find(form, "[type=submit]", HTMLButtonElement),
    refusal: find(form, "[data-refusal]", HTMLElement),
    host: find(form, "[data-editor]", HTMLElement),
    result: find(document, "#result", HTMLElement),
    problemId: form.dataset["problemId"] ?? "",
    sourceBytesMax: Number(form.dataset["sourceBytesMax"]),
  };
}

/** The editor's own style sheet is the only one made by script; the page's policy lets it in by this nonce. */
function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>("meta[name=style-nonce]")?.content ?? "";
}

function makeEditor(bench: Workbench, drafts: Drafts, submit: () => void) {
  const grammar = new Compartment();
  const dark = new Compartment();
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const darkTheme = () => EditorView.theme({}, { dark: scheme.matches });
  const submitKey = { key: "Mod-Enter", run: () => (submit(), true) };
  const view = new EditorView({
    parent: bench.host,
    state: EditorState.create({
      extensions: [
        EditorView.cspNonce.of(styleNonce()),
        Prec.highest(keymap.of([submitKey])),
        basicSetup,
        keymap.of([indentWithTab]),
        indentUnit.of("    "),
        syntaxHighlighting(classHighlighter),
        EditorView.contentAttributes.of({ "aria-labelledby": "source-label", "aria-describedby": "source-hint" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) drafts.rememberSource(bench.language.value, update.state.doc.toString());
        }),
        grammar.of([]),
        dark.of(darkTheme()),
      ],
    }),
  });
  scheme.addEventListener("change", () => view.dispatch({ effects: dark.reconfigure(darkTheme()) }));
  return {
    source: () => view.state.doc.toString(),
    setSource: (source: string) =>
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: source } }),
    setLanguage: async (language: string) => {
      const grammarName = bench.language.selectedOptions[0]?.dataset["grammar"] ?? language;
      const extension = await grammarOf(grammarName);
      // A slower download must not undo a later choice.
      if (bench.language.value === language) view.dispatch({ effects: grammar.reconfigure(extension) });
    },
    focus: () => view.focus(),
  };
}

function say(bench: Workbench, refusal: string): void {
  bench.refusal.textContent = refusal;
  bench.refusal.hidden = refusal === "";
}

/** The file's text, or why it cannot be a source. */
async function readSource(file: File, bytesMax: number): Promise<{ source: string } | { refusal: string }> {
  if (file.size > bytesMax) {
    return { refusal: `${file.name} has ${file.size} bytes; a source has at most ${bytesMax}.` };
  }
  try {
    const source = new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
    return source.includes("\0") ? { refusal: `${file.name} is not a text file.` } : { source };
  } catch {
    return { refusal: `${file.name} is not UTF-8 text.` };
  }
}

function languageOfFile(select: HTMLSelectElement, name: string): string | null {
  const extension = name.split(".").pop() ?? "";
  const option = Array.from(select.options).find(
    (each) => !each.disabled && (each.dataset["extensions"] ?? "").split(" ").includes(extension),
  );
  return option?.value ?? null;
}

function start(bench: Workbench): void {
  const drafts = draftsOf(bench.problemId);
  const send = submitter();
  const editor = makeEditor(bench, drafts, () => bench.form.requestSubmit());

  const chooseLanguage = (language: string): void => {
    bench.language.value = language;
    drafts.rememberLanguage(language);
    void editor.setLanguage(language);
  };
  const takeFile = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const read = await readSource(file, bench.sourceBytesMax);
    if ("refusal" in read) return say(bench, read.refusal);
    chooseLanguage(languageOfFile(bench.language, file.name) ?? bench.language.value);
    editor.setSource(read.source);
    say(bench, "");
  };
  const submit = async (): Promise<void> => {
    if (bench.button.disabled) return;
    if (editor.source().trim() === "") {
      say(bench, NO_SOURCE);
      return editor.focus();
    }
    bench.button.disabled = true;
    say(bench, "");
    const language = bench.language.value;
    const answer = await send({ problem_id: bench.problemId, language, source: editor.source() });
    bench.button.disabled = false;
    if ("refusal" in answer) return say(bench, answer.refusal);
    await htmx.ajax("get", `/submissions/${encodeURIComponent(answer.id)}/panel`, bench.result);
    bench.result.scrollIntoView({ block: "nearest" });
  };

  bench.language.addEventListener("change", () => {
    const before = editor.source();
    chooseLanguage(bench.language.value);
    // A language with a draft of its own brings it; otherwise what stands there is kept.
    const draft = drafts.source(bench.language.value);
    if (draft !== "") editor.setSource(draft);
    else if (before !== "") drafts.rememberSource(bench.language.value, before);
  });
  bench.file.addEventListener("change", () => {
    void takeFile(bench.file.files?.[0]);
    bench.file.value = ""; // the same file can be opened again after it was changed
  });
  bench.host.addEventListener("dragover", (event) => event.preventDefault());
  bench.host.addEventListener(
    "drop",
    (event) => {
      const file = event.dataTransfer?.files[0];
      if (file === undefined) return; // dragged text is the editor's own business
      event.preventDefault();
      event.stopPropagation();
      void takeFile(file);
    },
    { capture: true },
  );
  bench.form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submit();
  });

  const remembered = Array.from(bench.language.options).find((each) => each.value === drafts.language());
  if (remembered !== undefined && !remembered.disabled) bench.language.value = remembered.value;
  void editor.setLanguage(bench.language.value);
  editor.setSource(drafts.source(bench.language.value));
  bench.button.disabled = bench.language.selectedOptions[0]?.disabled ?? true;
  bench.form.dataset["ready"] = "";

  const runs = document.querySelector<HTMLElement>("[data-runs]");
  if (runs === null) return;
  startRuns(runs, () => {
    const source = editor.source();
    if (source.trim() === "") return NO_SOURCE;
    if (bench.language.selectedOptions[0]?.disabled ?? true) return "Choose a language that is installed.";
    return { problem_id: bench.problemId, language: bench.language.value, source };
  });
}

const form = document.querySelector<HTMLFormElement>("form[data-workbench]");
if (form !== null) start(workbenchOf(form));
const answers = document.querySelector<HTMLFormElement>("form[data-answers]");
if (answers !== null) startAnswers(answers);
