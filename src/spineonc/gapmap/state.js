// What is chosen: open rows and columns, filters, size and cell. All of it stands in the address.

const YEARS = Object.values(EVIDENCE.studies).map((study) => Number(study.year)).filter(Number.isFinite);
const FIRST = YEARS.length ? Math.min(...YEARS) : 0;
const LAST = YEARS.length ? Math.max(...YEARS) : 0;

const FACETS = [
  { name: "outcome", title: "Outcome family", open: true, value: (row) => FAMILIES[row.summary.outcome] ?? "other" },
  { name: "certainty", title: "Certainty", open: true, value: (row) => CERTAINTY[row.summary.rank].label },
  { name: "design", title: "Study design", value: (row) => EVIDENCE.studies[row.finding.study].design },
];
// One row for each finding of each summary: the unit that filters keep or drop.
const ROWS = EVIDENCE.summaries.flatMap((summary) => summary.findings.map((id) => {
  const row = { id, summary, finding: EVIDENCE.findings[id] };
  row.values = Object.fromEntries(FACETS.map((facet) => [facet.name, facet.value(row)]));
  row.study = row.finding.study;
  row.year = Number(EVIDENCE.studies[row.study].year);
  row.direct = row.finding.indirect === undefined;
  return row;
}));

const fresh = () => ({
  open: { rows: new Set(), cols: new Set() }, hidden: Object.fromEntries(FACETS.map((facet) => [facet.name, new Set()])),
  from: FIRST, to: LAST, direct: false, bare: false, size: "studies", cell: null,
});
const state = fresh();

function narrowed() {
  return state.direct || state.from > FIRST || state.to < LAST || FACETS.some((facet) => state.hidden[facet.name].size);
}

function passes(row, except) {
  return (row.year >= state.from && row.year <= state.to || Number.isNaN(row.year)) && (!state.direct || row.direct)
    && FACETS.every((facet) => facet.name === except || !state.hidden[facet.name].has(row.values[facet.name]));
}

// The rows or columns that are in sight, from above: the families, the groups, and what is open below them.
function visible(axis) {
  const shown = [];
  const walk = (section, id, path, depth) => {
    const place = `${path}/${id}`;
    const children = section.children[id] || [];
    const open = state.open[axis].has(place);
    shown.push({ section, id, path: place, depth, open, more: children.length > 0, covered: BELOW[id] || [id] });
    if (open) children.forEach((child) => walk(section, child, place, depth + 1));
  };
  for (const section of TREES[axis]) section.roots.forEach((id) => walk(section, id, section.key, 0));
  return shown;
}

// Every way to a term, the families first: the places that must be open for it to be in sight.
function waysTo(axis, wanted) {
  const found = [];
  const walk = (section, id, path) => {
    const place = `${path}/${id}`;
    if (id === wanted) found.push(place);
    else if ((BELOW[id] || []).includes(wanted)) (section.children[id] || []).forEach((child) => walk(section, child, place));
  };
  for (const section of TREES[axis]) section.roots.forEach((id) => walk(section, id, section.key));
  return found;
}

function reveal(axis, place) {
  const parts = place.split("/");
  for (let end = 2; end < parts.length; end += 1) state.open[axis].add(parts.slice(0, end).join("/"));
}

function toAddress() {
  const parts = new URLSearchParams();
  for (const axis of ["rows", "cols"]) if (state.open[axis].size) parts.set(axis, [...state.open[axis]].sort().join("~"));
  for (const [name, values] of Object.entries(state.hidden)) if (values.size) parts.set(`hide.${name}`, [...values].sort().join("~"));
  if (state.from > FIRST || state.to < LAST) parts.set("years", `${state.from}-${state.to}`);
  for (const name of ["direct", "bare"]) if (state[name]) parts.set(name, "1");
  if (state.size !== "studies") parts.set("size", state.size);
  if (state.cell) parts.set("cell", state.cell.join("~"));
  const text = parts.toString();
  if (text !== location.hash.slice(1)) history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search);
}

function fromAddress() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const list = (name) => (parts.get(name) || "").split("~").filter(Boolean);
  Object.assign(state, fresh());
  for (const axis of ["rows", "cols"]) state.open[axis] = new Set(list(axis));
  for (const facet of FACETS) state.hidden[facet.name] = new Set(list(`hide.${facet.name}`));
  const years = /^(\d{4})-(\d{4})$/.exec(parts.get("years") || "");
  if (years) [state.from, state.to] = [Number(years[1]), Number(years[2])];
  for (const name of ["direct", "bare"]) state[name] = parts.get(name) === "1";
  if (parts.get("size") === "patients") state.size = "patients";
  if (list("cell").length === 2) state.cell = list("cell");
}
