// Loaded on every page: htmx for the parts that the server renders, the live verdict panels, and the samples' buttons.
import htmx from "htmx.org";

import { addCopyButtons } from "./copy";
import { followPanels } from "./live";

// Also called for whatever htmx swaps in later.
htmx.onLoad((element) => {
  if (!(element instanceof HTMLElement)) return;
  followPanels(element);
  addCopyButtons(element);
});
