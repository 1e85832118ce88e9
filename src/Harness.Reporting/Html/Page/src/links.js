// What a link may name, and the parts of the page it means: #claim=DI&scheme=mqtt-present, #scenario=a.feature:12, #operation=seal&device=m4.
const kinds = [
  [".cell", ["claim", "scheme", "aspect"]],
  [".scenario", ["scenario"]],
  [".operation", ["operation", "device"]],
];

/** Opens and shows what the part of the address behind # names, now and whenever it changes. */
export function followLinks(root, filters) {
  const follow = () => open(root, filters, new URLSearchParams(location.hash.slice(1)));
  addEventListener("hashchange", follow);

  // A link that is clicked again changes no address, and still opens its place.
  root.addEventListener("click", (e) => {
    const link = e.target.closest?.("a[href^='#']");
    if (link && link.getAttribute("href") === location.hash) {
      follow();
    }
  });

  // The browser itself goes to the place once the page is loaded, and takes the focus away: the last word comes after it.
  follow();
  addEventListener("load", () => setTimeout(follow));
}

function open(root, filters, named) {
  if (named.has("verdict") || named.has("q")) {
    filters.show(named.get("verdict"), named.get("q"));
    root.querySelector("#features")?.scrollIntoView();
    return;
  }

  for (const [selector, keys] of kinds) {
    if (!named.has(keys[0])) {
      continue;
    }

    const found = [...root.querySelectorAll(selector)].filter((part) => keys.every((key) => !named.has(key) || part.dataset[key] === named.get(key)));
    if (found.some((part) => part.hidden)) {
      filters.show(null, "");
    }

    found.forEach((part) => { if (part.tagName === "DETAILS") part.open = true; });
    root.querySelectorAll(".linked").forEach((part) => part.classList.remove("linked"));
    found.forEach((part) => part.classList.add("linked"));
    found[0]?.scrollIntoView();
    found[0]?.querySelector("summary")?.focus({ preventScroll: true });
    return;
  }
}
