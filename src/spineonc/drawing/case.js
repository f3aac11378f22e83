// The path from the case to outcomes: nodes stand in columns; what is chosen leads to its text.

const ink = () => getComputedStyle(document.documentElement).getPropertyValue("--ink").trim();
const paper = () => getComputedStyle(document.documentElement).getPropertyValue("--paper").trim();
const nodeOf = new Map(NODES.map((node) => [node.id, node]));
const summaryOf = new Map(EVIDENCE.summaries.map((summary) => [summary.id, summary]));
const nodes = new vis.DataSet(NODES.map(({ summaries, target, column, name, ...node }) => node));
const edges = new vis.DataSet(EDGES.map(({ rank, ...edge }) => ({ ...edge, arrows: { to: { scaleFactor: 0.45 } } })));
const network = new vis.Network(byId("graph"), { nodes, edges }, OPTIONS);
const panel = byId("panel");

function colors() {
  const font = { color: ink(), size: 15, strokeWidth: 0, background: paper() };
  nodes.update(NODES.map(({ id }) => ({ id, font })));
  edges.update(EDGES.map(({ id }) => ({ id, font: { ...font, size: 12 } })));
}

// What leads to a node and what follows from it.
function alongPath(id) {
  const found = new Set([id]);
  for (const [near, far] of [["from", "to"], ["to", "from"]]) {
    const open = [id];
    while (open.length) {
      const here = open.pop();
      for (const edge of EDGES) if (edge[near] === here && !found.has(edge[far])) { found.add(edge[far]); open.push(edge[far]); }
    }
  }
  return found;
}

function choose(id) {
  const kept = id && alongPath(id);
  nodes.update(NODES.map((node) => ({ id: node.id, opacity: !kept || kept.has(node.id) ? 1 : 0.2 })));
  edges.update(EDGES.map((edge) => ({ id: edge.id, color: { color: edge.color, opacity: !kept || (kept.has(edge.from) && kept.has(edge.to)) ? 1 : 0.12 } })));
  panel.replaceChildren();
  if (!id) {
    panel.append(element("p", "Click a node or a line: what stands behind it appears here. The text below says the same.", "soft"));
    return;
  }
  const node = nodeOf.get(id);
  const anchor = element("a", "Read its part of the text");
  anchor.href = node.target;
  panel.append(element("h3", node.name), anchor);
  if (node.column !== "evidence") return;
  panel.append(...node.summaries.map((each) => summaryOf.get(each)).filter(Boolean).map((summary) =>
    summaryBlock(summary, { title: `${labelOf(summary.outcome)}, ${labelOf(summary.treatment)}` })));
}

network.on("click", ({ nodes: [node], edges: [edge] }) => choose(node || (edge && edges.get(edge).from)));
network.once("afterDrawing", () => network.fit());
byId("fit").addEventListener("click", () => { choose(null); network.fit(); });
byId("zoom-in").addEventListener("click", () => network.moveTo({ scale: network.getScale() * 1.3 }));
byId("zoom-out").addEventListener("click", () => network.moveTo({ scale: network.getScale() / 1.3 }));
byId("print").addEventListener("click", () => print());

const details = () => [...document.querySelectorAll("main details")];
byId("unfold").addEventListener("click", ({ target }) => {
  const open = target.getAttribute("aria-pressed") !== "true";
  target.setAttribute("aria-pressed", String(open));
  details().forEach((each) => { each.open = open; });
});
setUpTheme(colors);
colors();
