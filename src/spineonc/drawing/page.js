"use strict";
const byId = (id) => document.getElementById(id);
const ink = getComputedStyle(document.documentElement).getPropertyValue("--ink").trim();
const RANK = Object.fromEntries(Object.entries(CERTAINTY).map(([rank, look]) => [look.label, Number(rank)]));
const nodeOf = new Map(NODES.map((node) => [node.id, node]));
const edgeOf = new Map(EDGES.map((edge) => [edge.id, edge]));

const nodes = new vis.DataSet(NODES.map((node) => ({ ...node, font: { color: ink }, title: node.label })));
const edges = new vis.DataSet(EDGES);
OPTIONS.interaction.hideEdgesOnDrag = EDGES.length > 1500;
OPTIONS.interaction.hideEdgesOnZoom = EDGES.length > 1500;
const network = new vis.Network(byId("graph"), { nodes, edges }, OPTIONS);

// What is shown

function filtered() {
  const kinds = new Set([...document.querySelectorAll("#kinds input:checked")].map((box) => box.value));
  const least = Number(byId("certainty").value);
  const cited = citedFrom(least);
  const shownEdges = new Set();
  const reached = new Set();
  for (const edge of EDGES) {
    const ends = [nodeOf.get(edge.from), nodeOf.get(edge.to)];
    const rated = edge.relation !== "reports on" && edge.relation !== "subclass of";
    const weak = edge.relation === "reports on" ? !cited.has(ends[0].facts.citation) : rated && edge.rank < least;
    if (!ends.every((node) => kinds.has(node.kind)) || (least > 0 && weak)) continue;
    shownEdges.add(edge.id);
    if (rated || least === 0) ends.forEach((node) => reached.add(node.id));
  }
  if (least > 0) {
    for (const edge of EDGES) {
      if (shownEdges.has(edge.id) && edge.relation === "reports on" && reached.has(edge.to)) reached.add(edge.from);
    }
  }
  const shownNodes = new Set(
    NODES.filter((node) => kinds.has(node.kind) && (least === 0 || reached.has(node.id))).map((node) => node.id));
  for (const id of shownEdges) {
    const edge = edgeOf.get(id);
    if (!shownNodes.has(edge.from) || !shownNodes.has(edge.to)) shownEdges.delete(id);
  }
  return { shownNodes, shownEdges };
}

function citedFrom(least) {
  const summaries = Object.values(EVIDENCE).filter((summary) => RANK[summary.certainty] >= least);
  return new Set(summaries.flatMap((summary) => summary.findings.map((finding) => finding.citation)));
}

function applyFilters() {
  const { shownNodes, shownEdges } = filtered();
  nodes.update(NODES.map((node) => ({ id: node.id, hidden: !shownNodes.has(node.id) })));
  edges.update(EDGES.map((edge) => ({ id: edge.id, hidden: !shownEdges.has(edge.id) })));
  byId("count").textContent = `${shownNodes.size} of ${NODES.length} nodes, ${shownEdges.size} of ${EDGES.length} lines`;
}

// What is known: built from text nodes only, so that no label can become markup

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined && text !== null) made.textContent = String(text);
  if (className) made.className = className;
  return made;
}

function link(text, address) {
  if (!/^https?:\/\//.test(address || "")) return element("span", text);
  const anchor = element("a", text);
  anchor.href = address;
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer";
  return anchor;
}

function summaryBlock(summary, open) {
  const block = element("details");
  block.open = open;
  const head = element("summary");
  head.append(element("span", `certainty ${summary.certainty}`, `badge rank${RANK[summary.certainty]}`), ` ${summary.outcome} `);
  const size = summary.patients === undefined ? "" : `, ${summary.patients} patients`;
  head.append(element("span", `${summary.studies} ${summary.studies === 1 ? "study" : "studies"}${size}`, "soft"));
  const body = element("div");
  body.append(element("p", `${summary.treatment} for ${summary.tumor}: ${summary.direction}`));
  body.append(element("p", `Why this certainty: ${summary.reasons}`, "soft"));
  const list = element("ul");
  for (const finding of summary.findings) {
    const item = element("li", finding.text);
    item.append(element("br"), link(finding.citation, finding.link), element("span", ` (${finding.design}, ${finding.locator})`, "soft"));
    list.append(item);
  }
  body.append(list);
  block.append(head, body);
  return block;
}

function summariesBelow(panel, found) {
  found.sort((one, other) => RANK[other.certainty] - RANK[one.certainty] || other.studies - one.studies);
  panel.append(element("h3", found.length ? `Evidence (${found.length})` : "No evidence summary in this view"));
  found.forEach((summary, index) => panel.append(summaryBlock(summary, index === 0)));
}

function showNode(id) {
  const node = nodeOf.get(id);
  if (!node) return;
  const panel = byId("panel");
  panel.replaceChildren(element("h2", node.label), element("p", node.kind === "Study" ? node.facts.design : node.kind.toLowerCase(), "soft"));
  if (node.facts.definition) panel.append(element("p", node.facts.definition));
  if (node.facts.citation) {
    const cited = element("p");
    cited.append(link(node.facts.citation, node.facts.link));
    panel.append(cited);
  }
  for (const name of ["synonyms", "origin", "behavior", "compartment", "family", "level"]) {
    if (node.facts[name] !== undefined) panel.append(element("p", `${name === "level" ? "OCEBM 2011 level" : name}: ${node.facts[name]}`, "soft"));
  }
  panel.append(link("address of this term", id));
  summariesBelow(panel, Object.values(EVIDENCE).filter((summary) => concerns(summary, node)));
  panel.scrollTop = 0;
}

function concerns(summary, node) {
  if (node.kind === "Study") return summary.findings.some((finding) => finding.citation === node.facts.citation);
  const covered = NARROWER[node.id] || [node.label];
  return [summary.tumor, summary.treatment, summary.outcome].some((label) => covered.includes(label));
}

function showEdge(id) {
  const edge = edgeOf.get(id);
  if (!edge) return;
  const [from, to] = [nodeOf.get(edge.from), nodeOf.get(edge.to)];
  const panel = byId("panel");
  panel.replaceChildren(element("h2", `${from.label} – ${to.label}`), element("p", edge.relation, "soft"));
  const ends = Object.values(EVIDENCE).filter((summary) => concerns(summary, from) && concerns(summary, to));
  summariesBelow(panel, edge.summaries.length ? edge.summaries.map((iri) => EVIDENCE[iri]).filter(Boolean) : ends);
  panel.scrollTop = 0;
}

// Search

const names = new Map();
for (const node of NODES) {
  for (const name of [node.label, ...String(node.facts.synonyms || "").split("; ")]) {
    if (name && !names.has(name.toLowerCase())) names.set(name.toLowerCase(), node.id);
  }
}
byId("names").append(...NODES.map((node) => {
  const option = element("option");
  option.value = node.label;
  return option;
}));

function search(text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return;
  const near = [...names.keys()].find((name) => name.startsWith(wanted)) || [...names.keys()].find((name) => name.includes(wanted));
  const id = names.get(wanted) || names.get(near);
  if (!id) {
    byId("panel").replaceChildren(element("p", `Nothing in this view is called “${text}”.`));
    return;
  }
  const box = document.querySelector(`#kinds input[value="${nodeOf.get(id).kind}"]`);
  if (nodes.get(id).hidden) {
    if (box) box.checked = true;
    byId("certainty").value = "0";
    applyFilters();
  }
  network.selectNodes([id]);
  network.focus(id, { scale: 1 });
  showNode(id);
}

byId("search").addEventListener("change", (event) => search(event.target.value));
byId("search").addEventListener("keydown", (event) => {
  if (event.key === "Enter") search(event.target.value);
});
byId("kinds").addEventListener("change", applyFilters);
byId("certainty").addEventListener("change", applyFilters);
byId("fit").addEventListener("click", () => network.fit());
byId("physics").addEventListener("click", (event) => {
  const on = event.currentTarget.getAttribute("aria-pressed") !== "true";
  event.currentTarget.setAttribute("aria-pressed", String(on));
  network.setOptions({ physics: { enabled: on } });
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== byId("search")) {
    event.preventDefault();
    byId("search").focus();
  }
});
network.on("click", (event) => {
  if (event.nodes.length) showNode(event.nodes[0]);
  else if (event.edges.length) showEdge(event.edges[0]);
});
applyFilters();
network.fit();
