/* A button on each sample that copies its text. Only where the browser lets pages write to the clipboard. */

const SHOWN_MS = 1500;

export function addCopyButtons(root: ParentNode): void {
  if (!navigator.clipboard) return; // pages that came over plain HTTP from another machine
  for (const figure of root.querySelectorAll<HTMLElement>("[data-copy]")) {
    const text = figure.querySelector("pre");
    const caption = figure.querySelector("figcaption");
    if (text === null || caption === null) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy ${caption.textContent ?? ""}`);
    button.addEventListener("click", () => void copy(text.textContent ?? "", button));
    figure.append(button);
  }
}

async function copy(text: string, button: HTMLButtonElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Not allowed";
  }
  setTimeout(() => (button.textContent = "Copy"), SHOWN_MS);
}
