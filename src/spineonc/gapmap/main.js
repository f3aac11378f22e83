// The page as a whole: every change goes through refresh().

function refresh() {
  drawGrid();
  showFilters();
  showCell();
  toAddress();
}

function choose(cell) {
  state.cell = cell;
  for (const each of document.querySelectorAll("table.map td")) each.setAttribute("aria-selected", String(each.dataset.cell === cell.join("~")));
  showCell();
  byId("panel").querySelector("h2").scrollIntoView({ block: "nearest" });
  toAddress();
}

// A term by its name: what hides it is opened, and its head gets the focus.
function find(text) {
  const wanted = text.trim().toLowerCase();
  const fits = Object.keys(NAMES).filter((id) => NAMES[id].toLowerCase().includes(wanted));
  const id = fits.find((each) => NAMES[each].toLowerCase() === wanted) || fits.sort((one, other) => NAMES[one].length - NAMES[other].length)[0];
  if (!wanted || !id) {
    if (wanted) byId("panel").replaceChildren(element("p", `No row or column is called “${text}”.`));
    return;
  }
  for (const axis of ["rows", "cols"]) {
    const [place] = waysTo(axis, id);
    if (!place) continue;
    reveal(axis, place);
    state.bare = false;
    refresh();
    goTo(matrix.flat().find((cell) => cell.dataset.path === place && cell.scope === (axis === "rows" ? "row" : "col")));
    here.tabIndex = 0;
    here.focus({ preventScroll: true });
    return;
  }
}

// All families open to the ground; the groups repeat them and stay closed.
function openAll(axis) {
  const { children, roots, key } = TREES[axis][0];
  const walk = (id, path) => {
    if (!children[id]) return;
    state.open[axis].add(`${path}/${id}`);
    children[id].forEach((child) => walk(child, `${path}/${id}`));
  };
  roots.forEach((id) => walk(id, key));
  refresh();
}

const ACTIONS = {
  "open-rows": () => openAll("rows"), "open-cols": () => openAll("cols"),
  close: () => { Object.assign(state, { open: { rows: new Set(), cols: new Set() } }); refresh(); },
  reset: () => { Object.assign(state, { ...fresh(), open: state.open, size: state.size, cell: state.cell }); refresh(); },
  csv: () => download("gapmap.csv", "text/csv", csvText()), png: savePng,
  svg: () => download("gapmap.svg", "image/svg+xml", svgText()), print: () => window.print(),
};
for (const [id, act] of Object.entries(ACTIONS)) byId(id).addEventListener("click", act);

byId("size").addEventListener("change", (event) => {
  state.size = event.target.value;
  refresh();
});
byId("search").addEventListener("change", (event) => find(event.target.value));
byId("show-filters").addEventListener("click", (event) => {
  const open = event.currentTarget.getAttribute("aria-expanded") !== "true";
  event.currentTarget.setAttribute("aria-expanded", String(open));
  document.querySelector("main").classList.toggle("no-filters", !open);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.matches("input, select")) return;
  event.preventDefault();
  byId("search").focus();
});
addEventListener("hashchange", () => {
  fromAddress();
  refresh();
});

for (const name of [...new Set(Object.values(NAMES))].sort((one, other) => one.localeCompare(other, "en"))) {
  const option = element("option");
  option.value = name;
  byId("terms").append(option);
}
if (matchMedia("(max-width: 1080px)").matches) byId("show-filters").click();
fromAddress();
buildFilters();
setUpTheme();
refresh();
