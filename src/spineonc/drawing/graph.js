// What is drawn: only what the filters leave, where it was computed to stand.

const ink = () => getComputedStyle(document.documentElement).getPropertyValue("--ink").trim();
const paper = () => getComputedStyle(document.documentElement).getPropertyValue("--paper").trim();
const nodes = new vis.DataSet();
const edges = new vis.DataSet();
const network = new vis.Network(byId("graph"), { nodes, edges }, OPTIONS);
const opened = new Set();
const cells = new Map();
for (const node of NODES) if (node.cell) cells.set(node.cell, [...(cells.get(node.cell) || []), node.id]);
const closed = (id) => nodeOf.get(id).cell && !state.steps && !state.path && !opened.has(nodeOf.get(id).cell);
const standsFor = (id) => closed(id) ? nodeOf.get(id).cell : id;
let drawn = { nodes: new Set(), edges: new Set() };

function concerns(summary, id) {
  const node = nodeOf.get(id);
  if (node.kind === "Study") return summary.findings.some((finding) => EVIDENCE.findings[finding].study === id);
  const covered = NARROWER[id] || [id];
  return [summary.tumor, summary.treatment, summary.outcome].some((term) => covered.includes(term));
}

// The edges that the filters leave, each with the evidence that is left on it.
function passing() {
  const left = ROWS.filter((row) => passes(row));
  const summaries = new Set(left.map((row) => row.summary.id));
  const reported = new Set(left.flatMap(({ finding, summary }) =>
    [summary.tumor, summary.treatment, summary.outcome].map((term) => `${finding.study}|${term}`)));
  const shown = (id) => !state.hidden.kind.has(nodeOf.get(id).kind);
  const all = !narrowed();
  return EDGES.filter((edge) => shown(edge.from) && shown(edge.to) && (all || edge.relation === "subclass of"
    || (edge.relation === "reports on" ? reported.has(`${edge.from}|${edge.to}`) : edge.summaries.some((id) => summaries.has(id)))));
}

function present() {
  let left = passing();
  const mode = limits(left);
  if (mode) left = left.filter((edge) => mode.edges.has(edge.id));
  const touched = new Set(left.flatMap((edge) => [edge.from, edge.to]));
  const kept = NODES.filter((node) => !state.hidden.kind.has(node.kind)
    && (mode ? mode.nodes.has(node.id) : !narrowed() || touched.has(node.id)));
  drawn = { nodes: new Set(kept.map((node) => node.id)), edges: new Set(left.map((edge) => edge.id)) };
  const places = mode ? arranged(kept) : null;
  draw(kept, left, places);
  byId("count").textContent = `${drawn.nodes.size} of ${NODES.length} nodes, ${drawn.edges.size} of ${EDGES.length} lines`;
}

function draw(kept, left, places) {
  const reps = new Map();
  for (const node of kept) reps.set(standsFor(node.id), (reps.get(standsFor(node.id)) || 0) + 1);
  const wanted = [...reps].map(([id, size]) => {
    const node = nodeOf.get(id);
    const [x, y] = places?.get(id) || [node.x, node.y];
    const group = closed(id) && size > 1;
    return { ...node, x, y, facts: undefined, title: node.label, font: undefined,
      label: "", name: group ? `${node.label} and ${size - 1} more` : node.label, weight: group ? 1000 + size : node.weight, size: group ? Math.max(node.size, node.radius * 0.3) : node.size };
  });
  exchange(nodes, wanted);
  const lines = new Map();
  for (const edge of left) {
    const [from, to] = [standsFor(edge.from), standsFor(edge.to)];
    if (from === edge.from && to === edge.to) lines.set(edge.id, { ...edge, summaries: undefined });
    else if (from !== to && !lines.has(`${from}|${to}`)) lines.set(`${from}|${to}`, { id: `${from}|${to}`, from, to, color: CERTAINTY[0].color, width: 1 });
  }
  exchange(edges, [...lines.values()]);
  const heavy = edges.length > 1500;
  network.setOptions({ interaction: { hideEdgesOnDrag: heavy, hideEdgesOnZoom: heavy } });
}

// Change only what differs: what stays keeps its place and its selection.
function exchange(set, wanted) {
  const ids = new Set(wanted.map((item) => item.id));
  set.remove(set.getIds().filter((id) => !ids.has(id)));
  set.update(wanted);
}

// A small part is read best in columns: study, tumor, treatment, outcome.
const COLUMN = { Study: 0, Tumor: 1, Treatment: 2, Outcome: 3 };
function arranged(kept) {
  if (kept.length > 220) return null;
  const columns = new Map();
  const best = new Map();
  for (const id of drawn.edges) {
    const edge = edgeOf.get(id);
    for (const end of [edge.from, edge.to]) best.set(end, Math.max(best.get(end) || 0, edge.rank));
  }
  const ordered = [...kept].sort((one, other) => (best.get(other.id) || 0) - (best.get(one.id) || 0) || one.label.localeCompare(other.label));
  for (const node of ordered) {
    const column = COLUMN[node.kind] ?? 4;
    columns.set(column, [...(columns.get(column) || []), node.id]);
  }
  const places = new Map();
  for (const [column, ids] of columns) {
    ids.forEach((id, place) => places.set(id, [column * 430 + (ids.length > 1 ? 85 * (-1) ** place : 0), (place - (ids.length - 1) / 2) * 34]));
  }
  return places;
}

// What is chosen stands out: the rest fades.
let chosen = null;
function emphasize(ids) {
  chosen = ids && new Set(ids);
  if (nodes.length > 3000) return;
  const near = nearChosen();
  nodes.update(nodes.getIds().map((id) => ({ id, opacity: !near || near.has(id) ? 1 : 0.25 })));
  edges.update(edges.get().map((edge) => ({ id: edge.id, color: { color: edge.color.color || edge.color,
    opacity: !chosen || [edge.from, edge.to, edge.id].some((id) => chosen.has(id)) ? 1 : 0.12 } })));
}

function nearChosen() {
  return chosen && new Set([...chosen].flatMap((id) => nodes.get(id) ? [id, ...network.getConnectedNodes(id)] : []));
}

// As many labels as have room, the chosen and the best connected first; more appear as one comes near.
function placeLabels() {
  const scale = network.getScale();
  const size = 13 / Math.min(scale, 1);
  const [wide, high] = [byId("graph").clientWidth, byId("graph").clientHeight];
  const near = nearChosen();
  const priority = (node) => (chosen?.has(node.id) ? 1e6 : near?.has(node.id) ? 1e5 : 0) + node.weight;
  const taken = new Map();
  const shown = new Set();
  for (const node of nodes.get().sort((one, other) => priority(other) - priority(one) || (one.id < other.id ? -1 : 1))) {
    if (shown.size >= 400 || near && !near.has(node.id)) break;
    const { x, y } = network.canvasToDOM(network.getPosition(node.id));
    if (x < 0 || y < 0 || x > wide || y > high) continue;
    const half = node.name.length * 3.6 * Math.max(scale, 1) + 4;
    const row = Math.round((y + node.size * scale) / 15);
    const rows = [row - 1, row, row + 1].map((each) => taken.get(each) || []).flat();
    if (rows.some(([from, to, line]) => x - half < to && x + half > from && Math.abs(line - (y + node.size * scale)) < 16 * Math.max(scale, 1))) continue;
    taken.set(row, [...(taken.get(row) || []), [x - half, x + half, y + node.size * scale]]);
    shown.add(node.id);
  }
  const color = ink();
  nodes.update(nodes.get().filter((node) => shown.has(node.id) || node.label).map((node) => ({
    id: node.id, label: shown.has(node.id) ? node.name : "", font: { color, size },
  })));
}

// Groups of a large graph open as one comes near, and close as one leaves.
function openNear() {
  if (!cells.size || state.steps || state.path || byId("groups").getAttribute("aria-pressed") === "true") return;
  const scale = network.getScale();
  const { x, y } = network.getViewPosition();
  const [wide, high] = [byId("graph").clientWidth / scale / 2, byId("graph").clientHeight / scale / 2];
  let changed = false;
  for (const [cell, members] of cells) {
    const center = nodeOf.get(cell);
    const radius = center.radius;
    const near = radius * scale > 130 && Math.abs(center.x - x) < wide + radius && Math.abs(center.y - y) < high + radius;
    const far = radius * scale < 70;
    if (near && !opened.has(cell) && members.length > 1) changed = Boolean(opened.add(cell));
    if (far && opened.has(cell)) changed = opened.delete(cell);
  }
  if (changed) present();
}
