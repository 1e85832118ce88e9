import { drawAll, drawLater } from "./charts.js";
import { followFilters } from "./filters.js";
import { followLinks } from "./links.js";

document.documentElement.classList.add("scripted");
const filters = followFilters(document);
followLinks(document, filters);
drawLater(document);

// Nothing scrolls or unfolds on paper: what a verdict rests on is unfolded and drawn before it is printed, and folded again after it. Transcripts, packets and the steps of what passed
// would be hundreds of pages; they are printed where somebody opened them.
const evidence = "details:is(.cell, .operation, .trend, .scenario:not([data-verdict=pass])):not([open])";
let unfolded = [];
addEventListener("beforeprint", () => {
  unfolded.push(...document.querySelectorAll(evidence));
  unfolded.forEach((part) => { part.open = true; });
  drawAll(document);
});
addEventListener("afterprint", () => {
  unfolded.forEach((part) => { part.open = false; });
  unfolded = [];
});

for (const button of document.querySelectorAll("button[data-open]")) {
  button.addEventListener("click", () => {
    const open = button.dataset.open === "true";
    for (const details of button.closest("section").querySelectorAll("details.fold")) {
      details.open = open && !details.closest("[hidden]");
    }
  });
}
