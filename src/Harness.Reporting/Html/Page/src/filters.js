/** Shows the scenarios of the chosen verdicts whose text holds the words typed. */
export function followFilters(root) {
  const form = root.querySelector("form.filter");
  if (!form) {
    return { show() {} };
  }

  const scenarios = [...root.querySelectorAll(".scenario")];
  const groups = [...root.querySelectorAll(".feature")];
  const count = form.querySelector("output");
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];
  const words = form.querySelector("input[type=search]");

  function apply() {
    const verdicts = new Set(boxes.filter((b) => b.checked).map((b) => b.value));
    const typed = words.value.trim().toLowerCase();
    let shown = 0;
    for (const scenario of scenarios) {
      const summary = scenario.querySelector("summary, .row");
      scenario.hidden = !verdicts.has(scenario.dataset.verdict) || (typed !== "" && !summary.textContent.toLowerCase().includes(typed) && !scenario.dataset.scenario.toLowerCase().includes(typed));
      shown += scenario.hidden ? 0 : 1;
    }

    for (const group of groups) {
      group.hidden = !group.querySelector(".scenario:not([hidden])");
    }

    count.textContent = `${shown} of ${scenarios.length} scenarios shown`;
  }

  form.addEventListener("input", apply);
  form.addEventListener("submit", (e) => e.preventDefault());
  apply();
  return {
    /** Chooses verdicts (null: all of them) and words. */
    show(verdict, typed) {
      boxes.forEach((b) => { b.checked = verdict === null || b.value === verdict; });
      words.value = typed ?? "";
      apply();
    },
  };
}
