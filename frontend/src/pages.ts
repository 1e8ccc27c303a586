// Loaded on every page: htmx for the parts that the server renders, and the live verdict panels.
import htmx from "htmx.org";

import { followPanels } from "./live";

// Also called for whatever htmx swaps in later.
htmx.onLoad((element) => {
  if (element instanceof HTMLElement) followPanels(element);
});
