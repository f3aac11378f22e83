// Three ways to look: around one term, along the paths between two, and at two side by side.

// What a mode leaves of the edges that the filters leave; nothing when no mode is on.
function limits(left) {
  if (state.path) return ofPaths(pathsBetween(left, ...state.path));
  if (state.steps) return around(left, state.select, state.steps);
  return null;
}

function aboutNode(edge, id) {
  if (edge.from === id || edge.to === id) return true;
  const covered = NARROWER[id] || [id];
  if (covered.includes(edge.from) || covered.includes(edge.to)) return true;
  return edge.summaries.some((summary) => concerns(summaryOf.get(summary), id));
}

function around(left, id, steps) {
  const about = left.filter((edge) => aboutNode(edge, id));
  const near = new Set([id, ...about.flatMap((edge) => [edge.from, edge.to])]);
  for (let step = 1; step < steps; step += 1) {
    const before = new Set(near);
    for (const edge of left) {
      if (before.has(edge.from)) near.add(edge.to);
      if (before.has(edge.to)) near.add(edge.from);
    }
  }
  const within = steps === 1 ? about : left.filter((edge) => near.has(edge.from) && near.has(edge.to));
  return { nodes: near, edges: new Set(within.map((edge) => edge.id)) };
}

// The evidence on one step of a path. Where the path begins or ends at a tumor, only what concerns this tumor counts.
function stepEvidence(edge, start, end) {
  const ends = [start, end].filter((id) => nodeOf.get(id).kind === "Tumor");
  return edge.summaries.map((id) => summaryOf.get(id)).filter((summary) => ends.every((id) => concerns(summary, id)));
}

function pathsBetween(left, start, end) {
  const usable = left.filter((edge) => edge.relation !== "has evidence on" || stepEvidence(edge, start, end).length);
  const beside = new Map();
  for (const edge of usable) {
    for (const [one, other] of [[edge.from, edge.to], [edge.to, edge.from]]) {
      if (!beside.has(one)) beside.set(one, []);
      beside.get(one).push([other, edge]);
    }
  }
  const distance = new Map([[start, 0]]);
  const queue = [start];
  for (const id of queue) {
    for (const [next] of beside.get(id) || []) {
      if (!distance.has(next)) {
        distance.set(next, distance.get(id) + 1);
        queue.push(next);
      }
    }
  }
  const found = [];
  const walk = (id, steps) => {
    if (found.length >= 200) return;
    if (id === start) {
      found.push(steps);
      return;
    }
    for (const [before, edge] of beside.get(id) || []) {
      if (distance.get(before) === distance.get(id) - 1) walk(before, [{ from: before, to: id, edge }, ...steps]);
    }
  };
  if (distance.has(end) && start !== end) walk(end, []);
  const strength = (steps) => Math.min(...steps.map((step) => step.edge.rank));
  const weight = (steps) => steps.flatMap((step) => stepEvidence(step.edge, start, end)).reduce((sum, summary) => sum + summary.studies, 0);
  return found.sort((one, other) => strength(other) - strength(one) || weight(other) - weight(one)).slice(0, 12);
}

function ofPaths(paths) {
  return {
    nodes: new Set([...state.path, ...paths.flatMap((steps) => steps.flatMap((step) => [step.from, step.to]))]),
    edges: new Set(paths.flatMap((steps) => steps.map((step) => step.edge.id))),
  };
}

function showPaths() {
  const [start, end] = state.path;
  const panel = byId("panel");
  const paths = pathsBetween(passing(), start, end);
  panel.replaceChildren(element("h2", `From ${nodeOf.get(start).label} to ${nodeOf.get(end).label}`),
    element("p", paths.length ? `${plural(paths.length, "shortest path", "shortest paths")}, the most certain first. The evidence of each step is below it.`
      : "No path joins them in this view. Reset the filters, or show more kinds of nodes.", "soft"), leave());
  paths.forEach((steps, number) => {
    panel.append(element("h3", `${number + 1}. ${[start, ...steps.map((step) => step.to)].map((id) => nodeOf.get(id).label).join(" → ")}`));
    for (const step of steps) {
      const found = stepEvidence(step.edge, start, end).sort(byCertainty);
      const last = steps.at(-1).to;
      const fitting = found.filter((summary) => nodeOf.get(last).kind !== "Outcome" || concerns(summary, last));
      panel.append(element("h4", `${nodeOf.get(step.from).label} – ${nodeOf.get(step.to).label} (${step.edge.relation})`));
      for (const summary of (fitting.length ? fitting : found).slice(0, 5)) panel.append(blockOf(summary, { title: titleOf(summary) }));
    }
  });
}

function showComparison() {
  const [one, other] = state.compare;
  const panel = byId("panel");
  const kind = nodeOf.get(one).kind;
  const across = kind === "Tumor" ? "treatment" : "tumor";
  const table = element("table", null, "compare");
  table.append(element("caption", `Evidence on both, by ${across} and outcome`, "hidden-text"));
  const head = table.createTHead().insertRow();
  head.append(...[`${across} and outcome`, nodeOf.get(one).label, nodeOf.get(other).label].map((text) => {
    const cell = element("th", text);
    cell.scope = "col";
    return cell;
  }));
  const found = new Map();
  for (const summary of leftSummaries()) {
    [one, other].forEach((id, side) => {
      if (!concerns(summary, id)) return;
      const key = `${labelOf(summary[across])}: ${labelOf(summary.outcome)}`;
      if (!found.has(key)) found.set(key, [[], []]);
      found.get(key)[side].push(summary);
    });
  }
  const both = (sides) => Number(sides.every((list) => list.length));
  const rows = [...found].sort(([a, x], [b, y]) => both(y) - both(x) || a.localeCompare(b));
  const body = table.createTBody();
  for (const [key, sides] of rows) {
    const row = body.insertRow();
    const name = element("th", key);
    name.scope = "row";
    row.append(name, ...sides.map(sideCell));
  }
  panel.replaceChildren(element("h2", `${nodeOf.get(one).label} and ${nodeOf.get(other).label}`),
    element("p", `${plural(rows.filter(([, sides]) => both(sides)).length, "row has", "rows have")} evidence on both; these come first. An empty side means: no evidence found in this graph.`, "soft"),
    leave(), table);
}

function sideCell(summaries) {
  const cell = element("td");
  if (!summaries.length) cell.append(element("span", "none found", "soft"));
  for (const summary of summaries) {
    const open = action("findings", () => {
      const shown = cell.querySelector(".table-of-findings");
      if (shown) shown.remove();
      else cell.append(findingsTable(summary.findings, `${labelOf(summary.treatment)} for ${labelOf(summary.tumor)}`));
    });
    cell.append(badge(summary.rank), ` ${[sizeOf(summary), rangeOf(summary), summary.direction].filter(Boolean).join("; ")} `, open, element("br"));
  }
  return cell;
}

function leave() {
  const tools = element("div", null, "row no-print");
  tools.append(action("Leave (Esc)", leaveMode));
  return tools;
}

function leaveMode() {
  Object.assign(state, { path: null, compare: null, steps: 0 });
  refresh({ fit: true });
}

// The form that asks for two terms.
function askForTwo(kind) {
  const panel = byId("panel");
  const chosen = [nodeOf.has(state.select) ? state.select : null, null];
  const comparing = kind === "compare";
  const fits = (node) => !comparing || (["Tumor", "Treatment"].includes(node.kind) && (!chosen[0] || nodeOf.get(chosen[0]).kind === node.kind));
  if (comparing && chosen[0] && !["Tumor", "Treatment"].includes(nodeOf.get(chosen[0]).kind)) chosen[0] = null;
  panel.replaceChildren(element("h2", comparing ? "Compare two tumors or two treatments" : "Paths between two terms"),
    element("p", "Choose two terms.", "soft"));
  ["First term", "Second term"].forEach((name, place) => {
    const holder = element("div", null, "combo row");
    const label = element("label", name);
    const input = element("input");
    input.type = "search";
    input.id = `term-${place + 1}`;
    input.autocomplete = "off";
    label.htmlFor = input.id;
    if (chosen[place]) input.value = nodeOf.get(chosen[place]).label;
    holder.append(label, input);
    panel.append(holder);
    combo(input, (id) => {
      chosen[place] = id;
      input.value = nodeOf.get(id).label;
      if (chosen[0] && chosen[1] && chosen[0] !== chosen[1]) {
        Object.assign(state, { path: null, compare: null, steps: 0, [kind]: [...chosen] });
        refresh({ fit: true });
      } else byId(`term-${place ? 1 : 2}`).focus();
    }, fits);
  });
  panel.append(leave());
  byId(chosen[0] ? "term-2" : "term-1").focus();
}
