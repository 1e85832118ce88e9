import { drawAll, drawLater } from "./charts.js";
import { followFilters } from "./filters.js";
import { followLinks } from "./links.js";

document.documentElement.classList.add("scripted");
const filters = followFilters(document);
followLinks(document, filters);
drawLater(document);

// Nothing scrolls on paper: what is open is drawn before it is printed.
addEventListener("beforeprint", () => drawAll(document));

for (const button of document.querySelectorAll("button[data-open]")) {
  button.addEventListener("click", () => {
    const open = button.dataset.open === "true";
    for (const details of button.closest("section").querySelectorAll("details.fold")) {
      details.open = open && !details.closest("[hidden]");
    }
  });
}
