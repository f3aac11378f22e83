// The lists are complete without this: here the search finds a page by any name.

const MOST = 30;
const folded = (text) => text.toLowerCase().replace(/^https?:\/\/\S*?(?=10\.|\d+\/?$)/, "").replace(/\/$/, "").replace(/[\s_-]+/g, " ").trim();
const INDEX = ENTRIES.map(([label, kind, address, others], place) => ({ label, kind, address, place, name: folded(label), names: others.split("; ").map(folded), all: folded(`${label}; ${others}`) }));

function found(text) {
  const wanted = folded(text);
  if (!wanted) return [];
  const score = (entry) => entry.name === wanted ? 0 : entry.names.includes(wanted) ? 0.5 : entry.name.startsWith(wanted) ? 1 : entry.name.includes(wanted) ? 2 : 3;
  return INDEX.filter((entry) => entry.all.includes(wanted)).sort((one, other) => score(one) - score(other) || one.place - other.place);
}

byId("search").addEventListener("input", (event) => {
  const all = found(event.target.value);
  byId("found").textContent = event.target.value.trim() ? `${plural(all.length, "page", "pages")} found${all.length > MOST ? `, the first ${MOST} shown` : ""}` : "";
  byId("results").replaceChildren(...all.slice(0, MOST).map(({ label, kind, address }) => {
    const line = element("li");
    const anchor = element("a", label);
    anchor.href = address;
    line.append(anchor, " ", element("span", kind, "soft"));
    return line;
  }));
});
byId("search").addEventListener("keydown", (event) => {
  if (event.key === "Enter") document.querySelector("#results a")?.click();
});
byId("finder").hidden = false;
const theme = action("Dark", () => undefined);
theme.id = "theme";
byId("tools").append(theme);
setUpTheme();
