// The page as a whole: every change goes through refresh().

function refresh({ fit = false } = {}) {
  present();
  showFilters();
  showChoice();
  toAddress();
  if (fit) fitAll();
  placeLabels();
}

// All of it in sight, with room for the labels at the edges.
function fitAll() {
  const places = Object.values(network.getPositions());
  if (!places.length) return;
  const [low, high] = ["x", "y"].map((axis) => places.map((place) => place[axis])).map((all) => [Math.min(...all), Math.max(...all)]);
  const room = byId("graph");
  const scale = Math.min((room.clientWidth - 170) / (low[1] - low[0] || 1), (room.clientHeight - 90) / (high[1] - high[0] || 1), 1.6);
  network.moveTo({ position: { x: (low[0] + low[1]) / 2, y: (high[0] + high[1]) / 2 }, scale: Math.max(scale, 0.005) });
}

const WELCOME = [...byId("panel").childNodes];

function showChoice() {
  const one = nodeOf.get(state.select);
  byId("mode").textContent = state.path ? `Paths: ${state.path.map((id) => nodeOf.get(id).label).join(" → ")}`
    : state.compare ? `Comparison: ${state.compare.map((id) => nodeOf.get(id).label).join(" and ")}`
      : state.steps ? `Focus: ${one.label}, ${plural(state.steps, "step", "steps")}` : "";
  byId("path").setAttribute("aria-pressed", String(Boolean(state.path)));
  byId("compare").setAttribute("aria-pressed", String(Boolean(state.compare)));
  document.querySelector("main").classList.toggle("wide", Boolean(state.compare));
  network.unselectAll();
  if (state.path) showPaths();
  else if (state.compare) showComparison();
  else if (one) showNode(one.id);
  else if (edgeOf.has(state.select)) showEdge(state.select);
  else byId("panel").replaceChildren(...WELCOME);
  const chosen = state.path ? null : state.compare ? state.compare : one && !state.steps ? [one.id] : edgeOf.has(state.select) ? [state.select, edgeOf.get(state.select).from, edgeOf.get(state.select).to] : null;
  emphasize(chosen && (one || state.compare) ? chosen.filter((id) => nodes.get(id)) : null);
  if (one && nodes.get(one.id)) network.selectNodes([one.id]);
  else if (edgeOf.has(state.select) && edges.get(state.select)) network.selectEdges([state.select]);
}

function choose(id, steps = nodeOf.has(id) ? state.steps : 0) {
  const arrangedBefore = Boolean(state.steps || state.path || state.compare);
  Object.assign(state, { select: id, path: null, compare: null, steps });
  const node = nodeOf.get(id);
  if (node?.cell) opened.add(node.cell);
  refresh({ fit: steps > 0 || arrangedBefore });
}

// What was searched is shown, even where a filter hides it.
function reveal(id) {
  const { kind } = nodeOf.get(id);
  state.hidden.kind.delete(kind);
  present();
  if (drawn.nodes.has(id)) return;
  Object.assign(state, { ...fresh(), hidden: { ...fresh().hidden, kind: state.hidden.kind } });
}

combo(byId("search"), (id, text) => {
  if (!text.trim()) return;
  state.query = text;
  if (id === null) {
    byId("panel").replaceChildren(element("p", `Nothing in this view is called “${text}”.`));
    toAddress();
    return;
  }
  reveal(id);
  state.query = text;
  choose(id, Math.max(state.steps, 1));
});

network.on("click", (event) => {
  if (event.nodes.length) choose(event.nodes[0]);
  else if (event.edges.length && edgeOf.has(event.edges[0])) choose(event.edges[0]);
});
for (const event of ["zoom", "dragEnd", "animationFinished"]) network.on(event, moved);

// Labels and groups follow the view, once for each frame.
let waiting = false;
function moved() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    openNear();
    placeLabels();
  });
}

function zoom(factor) {
  network.moveTo({ scale: network.getScale() * factor });
  moved();
}

const ACTIONS = {
  "zoom-in": () => zoom(1.4), "zoom-out": () => zoom(1 / 1.4), fit: () => { fitAll(); moved(); },
  reset: () => { Object.assign(state, { ...fresh(), select: state.select }); refresh({ fit: true }); },
  path: () => state.path ? leaveMode() : askForTwo("path"),
  compare: () => state.compare ? leaveMode() : askForTwo("compare"),
  png: savePng, svg: () => download("spineonc.svg", "image/svg+xml", svgText()), print: () => window.print(),
};
for (const [id, act] of Object.entries(ACTIONS)) byId(id).addEventListener("click", act);

byId("show-filters").addEventListener("click", (event) => {
  const open = event.currentTarget.getAttribute("aria-expanded") !== "true";
  event.currentTarget.setAttribute("aria-expanded", String(open));
  document.querySelector("main").classList.toggle("no-filters", !open);
});
byId("physics").addEventListener("click", (event) => {
  const on = event.currentTarget.getAttribute("aria-pressed") !== "true";
  event.currentTarget.setAttribute("aria-pressed", String(on));
  network.setOptions({ physics: { enabled: on } });
  if (!on) for (const [id, place] of Object.entries(network.getPositions())) Object.assign(nodeOf.get(id), place);
});
byId("groups").addEventListener("click", (event) => {
  const all = event.currentTarget.getAttribute("aria-pressed") !== "true";
  event.currentTarget.setAttribute("aria-pressed", String(all));
  opened.clear();
  if (all) for (const cell of cells.keys()) opened.add(cell);
  present();
  moved();
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, textarea, select");
  if (event.key === "Escape" && (state.path || state.compare || state.steps)) leaveMode();
  else if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  else if (event.key === "/") {
    event.preventDefault();
    byId("search").focus();
  } else if (event.key === "+") zoom(1.4);
  else if (event.key === "-") zoom(1 / 1.4);
});
addEventListener("hashchange", () => {
  fromAddress();
  byId("search").value = state.query;
  refresh();
});
new ResizeObserver(() => { network.redraw(); moved(); }).observe(byId("graph"));

if (matchMedia("(max-width: 1080px)").matches) byId("show-filters").click();
byId("groups").hidden = cells.size === 0;
fromAddress();
byId("search").value = state.query;
buildFilters();
setUpTheme(() => refresh());
refresh({ fit: true });
requestAnimationFrame(() => requestAnimationFrame(() => performance.mark("drawn")));
