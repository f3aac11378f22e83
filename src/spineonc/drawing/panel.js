// What is known about the node or the line that was chosen.

const byCertainty = (one, other) => other.rank - one.rank || other.studies - one.studies || (other.patients || 0) - (one.patients || 0);
const titleOf = (summary) => `${labelOf(summary.treatment)} for ${labelOf(summary.tumor)}: ${labelOf(summary.outcome)}`;

function leftFindings(summary) {
  const left = new Set(ROWS.filter((row) => row.summary === summary && passes(row)).map((row) => row.id));
  return summary.findings.filter((id) => left.has(id));
}

function leftSummaries() {
  const left = new Set(ROWS.filter((row) => passes(row)).map((row) => row.summary));
  return EVIDENCE.summaries.filter((summary) => left.has(summary));
}

function blockOf(summary, options = {}) {
  return summaryBlock(summary, { ...options, findings: leftFindings(summary) });
}

function showNode(id) {
  const node = nodeOf.get(id);
  const panel = byId("panel");
  panel.replaceChildren(element("h2", node.label), element("p", node.kind === "Study" ? node.facts.design : node.kind.toLowerCase(), "soft"));
  if (node.facts.definition) panel.append(element("p", node.facts.definition));
  if (node.facts.citation) {
    const cited = element("p");
    cited.append(link(node.facts.citation, node.facts.link));
    panel.append(cited);
  }
  panel.append(factsOf(node), toolsOf(node));
  const found = leftSummaries().filter((summary) => concerns(summary, id)).sort(byCertainty);
  const group = { Tumor: (summary) => summary.treatment, Treatment: (summary) => summary.tumor }[node.kind];
  summariesBelow(panel, found, group, (summary) => group ? detailOf(summary, id) : titleOf(summary));
  panel.scrollTop = 0;
}

// The outcome, and the narrower term where the evidence is on one.
function detailOf(summary, id) {
  const covered = NARROWER[id] || [id];
  const narrower = [summary.tumor, summary.treatment].find((term) => term !== id && covered.includes(term));
  return `${labelOf(summary.outcome)}${narrower ? ` (${labelOf(narrower)})` : ""}`;
}

function factsOf(node) {
  const list = element("dl");
  const add = (name, value) => {
    if (value === undefined || value === null || value.length === 0) return;
    list.append(element("dt", name), value instanceof Node ? element("dd") : element("dd", value));
    if (value instanceof Node) list.lastChild.append(value);
  };
  for (const name of ["synonyms", "origin", "behavior", "compartment", "family"]) add(name, node.facts[name]);
  add("identifiers", (node.facts.identifiers || []).join(", "));
  add("OCEBM 2011 level", node.facts.level);
  add("PMID", node.facts.pmid);
  add("DOI", node.facts.doi);
  add("address", link(NAMESPACE + node.id, NAMESPACE + node.id));
  if (PROFILES[node.id]) {
    const page = element("a", "profile page");
    page.href = PROFILES[node.id];
    add("more", page);
  }
  return list;
}

function toolsOf(node) {
  const tools = element("div", null, "row no-print");
  tools.append(element("span", "Focus:", "soft"));
  for (const steps of [1, 2, 3]) {
    const button = action(plural(steps, "step", "steps"), () => {
      Object.assign(state, { select: node.id, steps: state.steps === steps ? 0 : steps, path: null, compare: null });
      refresh({ fit: true });
    });
    button.setAttribute("aria-pressed", String(state.steps === steps && state.select === node.id));
    button.dataset.steps = steps;
    tools.append(button);
  }
  tools.append(action("Path to …", () => askForTwo("path")));
  if (["Tumor", "Treatment"].includes(node.kind)) tools.append(action("Compare with …", () => askForTwo("compare")));
  return tools;
}

// The most certain group first; without groups one list.
function summariesBelow(panel, found, group, title) {
  panel.append(element("h3", found.length ? `Evidence (${found.length})` : `No evidence ${narrowed() ? "passes the filters" : "summary in this view"}`));
  const groups = Map.groupBy ? Map.groupBy(found, (summary) => group?.(summary)) : new Map([[undefined, found]]);
  for (const [term, summaries] of groups) {
    if (term) panel.append(element("h4", labelOf(term)));
    panel.append(...summaries.map((summary) => blockOf(summary, { title: term || !group ? title(summary) : titleOf(summary), open: found.length === 1 })));
  }
  const pairs = conflictsOf(found.flatMap(leftFindings));
  if (pairs.length) panel.append(element("h3", `Disagreements between studies (${pairs.length})`), ...pairs.map(conflictBlock));
}

function showEdge(id) {
  const edge = edgeOf.get(id);
  const [from, to] = [nodeOf.get(edge.from), nodeOf.get(edge.to)];
  const panel = byId("panel");
  panel.replaceChildren(element("h2", `${from.label} – ${to.label}`), element("p", edge.relation, "soft"));
  const left = new Set(leftSummaries());
  const behind = edge.summaries.length ? edge.summaries.map((each) => summaryOf.get(each)) : EVIDENCE.summaries.filter((each) => concerns(each, from.id) && concerns(each, to.id));
  summariesBelow(panel, behind.filter((summary) => left.has(summary)).sort(byCertainty), null, edge.relation === "has evidence for" ? (summary) => labelOf(summary.outcome) : titleOf);
  panel.scrollTop = 0;
}
