// Follows a submission and keeps its panel up to date until the verdict is there.
//
// The panel comes from the server (templates/_panel.html) and says in data attributes where its events are and
// which of them it already shows. The browser's EventSource reconnects by itself and then resumes by sequence
// number; the server answers 204 when nothing more will come, which ends it.
import htmx from "htmx.org";

import { isFinal, type SubmissionEvent, VERDICT_TITLES } from "./wire";

const PAUSE_MS = 1000; // before asking again a server that refused to tell
const PATIENCE_MS = 3000; // with a connection that is lost, before a word about it

/** Makes every panel below `root` that still waits for its verdict follow its submission. */
export function followPanels(root: ParentNode): void {
  const panels = root instanceof HTMLElement && root.matches("[data-events]") ? [root] : [];
  panels.push(...root.querySelectorAll<HTMLElement>("[data-events]"));
  for (const panel of panels) follow(panel);
}

function follow(panel: HTMLElement): void {
  const { events, seq, panelUrl } = panel.dataset;
  if (events === undefined || panelUrl === undefined || panel.dataset["following"] !== undefined) return;
  panel.dataset["following"] = "";
  const source = new EventSource(`${events}?after=${seq ?? "0"}`);
  source.onmessage = (message: MessageEvent<string>) => {
    if (!panel.isConnected) {
      source.close(); // another submission's panel took its place
      return;
    }
    const event = JSON.parse(message.data) as SubmissionEvent;
    show(panel, event);
    if (isFinal(event.status)) {
      source.close();
      void refresh(panel, panelUrl);
    }
  };
  let silence: number | undefined;
  let before = "";
  source.onerror = () => {
    if (!panel.isConnected) return source.close();
    if (source.readyState === EventSource.CLOSED) {
      setTimeout(() => void refresh(panel, panelUrl), PAUSE_MS);
      return;
    }
    // It reconnects by itself, and also does after every stream that the server ended: that is no news.
    silence ??= setTimeout(() => {
      before = statusLine(panel)?.textContent ?? "";
      say(panel, "The server does not answer; trying again");
    }, PATIENCE_MS);
  };
  source.onopen = () => {
    clearTimeout(silence);
    silence = undefined;
    if (before !== "") say(panel, before);
    before = "";
  };
}

/** Asks the server for the panel as it is now; a panel that still waits starts to follow anew. */
async function refresh(panel: HTMLElement, panelUrl: string): Promise<void> {
  const hadFocus = panel.contains(document.activeElement);
  const id = panel.id;
  try {
    // By the panel itself, so that it waits for no other's request; a panel that was taken away asks nothing.
    await htmx.ajax("get", panelUrl, { source: panel, target: panel, swap: "outerHTML" });
  } catch {
    return say(panel, "The server cannot be reached: load the page again");
  }
  const fresh = document.getElementById(id);
  if (hadFocus) fresh?.focus();
  // Where the submitter waits for it, the verdict shall be in sight; it brings more than the progress had.
  if (fresh?.closest("#result")) fresh.querySelector("header")?.scrollIntoView({ block: "nearest" });
}

function statusLine(panel: HTMLElement): HTMLElement | null {
  return panel.querySelector<HTMLElement>("[data-status-line]");
}

function say(panel: HTMLElement, words: string): void {
  const line = statusLine(panel);
  if (line !== null) line.textContent = words;
}

function show(panel: HTMLElement, event: SubmissionEvent): void {
  if (panel.dataset["status"] !== event.status) announce(event);
  panel.dataset["seq"] = String(event.seq);
  panel.dataset["status"] = event.status;
  say(panel, inWords(event));
  const bar = panel.querySelector<HTMLProgressElement>("progress");
  if (bar !== null && event.total !== null && event.test_case !== null) {
    bar.max = event.total;
    bar.value = event.test_case - 1;
  }
  showTests(panel, event);
}

/** Tells screen readers where the submission stands: each stage once, not each of perhaps a hundred tests. */
function announce(event: SubmissionEvent): void {
  const announcer = document.getElementById("announcer");
  if (announcer !== null) announcer.textContent = inWords(event);
}

function inWords(event: SubmissionEvent): string {
  switch (event.status) {
    case "queued":
      return "Waiting in the queue";
    case "compiling":
      return "Compiling";
    case "running":
      if (event.test_case === null || event.total === null) return "Running";
      return `Running test ${event.test_case} of ${event.total}`;
    case "judged":
    case "failed":
      return VERDICT_TITLES[event.verdict ?? "JE"] ?? "Judged";
  }
}

/** Adds a row for each test that has been reached. Where judging stops at the first failure, all before passed. */
function showTests(panel: HTMLElement, event: SubmissionEvent): void {
  const body = panel.querySelector<HTMLTableSectionElement>("[data-live-tests]");
  if (body === null || event.test_case === null) return;
  body.closest("[hidden]")?.removeAttribute("hidden");
  for (let ordinal = body.rows.length + 1; ordinal <= event.test_case; ordinal++) {
    const row = body.insertRow();
    row.insertCell().textContent = String(ordinal);
    row.insertCell();
  }
  const before = panel.dataset["stopsAtFailure"] === undefined ? "Run" : "Passed";
  for (const [index, row] of Array.from(body.rows).entries()) {
    const cell = row.cells[1];
    if (cell === undefined) continue;
    const isOver = index + 1 < event.test_case;
    row.className = isOver ? before.toLowerCase() : "now";
    cell.textContent = isOver ? before : "Running";
  }
}
