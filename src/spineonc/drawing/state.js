// What is chosen: filters, selection and mode. All of it stands in the address, so that a view can be sent.

const nodeOf = new Map(NODES.map((node) => [node.id, node]));
const edgeOf = new Map(EDGES.map((edge) => [edge.id, edge]));
const summaryOf = new Map(EVIDENCE.summaries.map((summary) => [summary.id, summary]));
const YEARS = Object.values(EVIDENCE.studies).map((study) => Number(study.year)).filter(Number.isFinite);
const FIRST = YEARS.length ? Math.min(...YEARS) : 0;
const LAST = YEARS.length ? Math.max(...YEARS) : 0;

const fact = (term, name) => nodeOf.get(term)?.facts[name] ?? "not stated";
const FACETS = [
  { name: "certainty", title: "Certainty", open: true, value: (row) => CERTAINTY[row.summary.rank].label },
  { name: "behavior", title: "Tumor behavior", open: true, value: (row) => fact(row.summary.tumor, "behavior") },
  { name: "origin", title: "Tumor origin", value: (row) => fact(row.summary.tumor, "origin") },
  { name: "compartment", title: "Compartment", value: (row) => fact(row.summary.tumor, "compartment") },
  { name: "treatment", title: "Treatment family", value: (row) => fact(row.summary.treatment, "family") },
  { name: "outcome", title: "Outcome family", value: (row) => fact(row.summary.outcome, "family") },
  { name: "design", title: "Study design", value: (row) => EVIDENCE.studies[row.finding.study].design },
];
// One row for each finding of each summary: the unit that filters keep or drop and that the numbers count.
const ROWS = EVIDENCE.summaries.flatMap((summary) => summary.findings.map((id) => {
  const row = { id, summary, finding: EVIDENCE.findings[id] };
  row.values = Object.fromEntries(FACETS.map((facet) => [facet.name, facet.value(row)]));
  row.year = Number(EVIDENCE.studies[row.finding.study].year);
  row.direct = row.finding.indirect === undefined;
  return row;
}));

const manyStudies = NODES.length > 150;
const startHidden = manyStudies && NODES.some((node) => node.kind !== "Study") ? ["Study"] : [];
const fresh = () => ({
  hidden: Object.fromEntries([["kind", new Set(startHidden)], ...FACETS.map((facet) => [facet.name, new Set()])]),
  from: FIRST, to: LAST, direct: false, select: null, steps: 0, path: null, compare: null, query: "",
});
const state = fresh();

function narrowed() {
  return state.direct || state.from > FIRST || state.to < LAST || FACETS.some((facet) => state.hidden[facet.name].size);
}

function passes(row, except) {
  return (row.year >= state.from && row.year <= state.to || Number.isNaN(row.year)) && (!state.direct || row.direct)
    && FACETS.every((facet) => facet.name === except || !state.hidden[facet.name].has(row.values[facet.name]));
}

function toAddress() {
  const parts = new URLSearchParams();
  for (const [name, values] of Object.entries(state.hidden)) {
    const list = [...values].sort();
    if (list.join() !== (name === "kind" ? startHidden.join() : "")) parts.set(`hide.${name}`, list.join("~"));
  }
  if (state.from > FIRST || state.to < LAST) parts.set("years", `${state.from}-${state.to}`);
  if (state.direct) parts.set("direct", "1");
  if (state.query) parts.set("q", state.query);
  for (const name of ["select", "path", "compare"]) if (state[name]) parts.set(name, [state[name]].flat().join("~"));
  if (state.steps) parts.set("steps", String(state.steps));
  const text = parts.toString();
  if (text !== location.hash.slice(1)) history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search);
}

function fromAddress() {
  const parts = new URLSearchParams(location.hash.slice(1));
  Object.assign(state, fresh());
  for (const name of Object.keys(state.hidden)) {
    if (parts.has(`hide.${name}`)) state.hidden[name] = new Set(parts.get(`hide.${name}`).split("~").filter(Boolean));
  }
  const years = /^(\d{4})-(\d{4})$/.exec(parts.get("years") || "");
  if (years) [state.from, state.to] = [Number(years[1]), Number(years[2])];
  state.direct = parts.get("direct") === "1";
  state.query = parts.get("q") || "";
  const known = (id) => nodeOf.has(id) || edgeOf.has(id);
  if (known(parts.get("select"))) state.select = parts.get("select");
  for (const name of ["path", "compare"]) {
    const ends = (parts.get(name) || "").split("~");
    if (ends.length === 2 && ends.every((end) => nodeOf.has(end))) state[name] = ends;
  }
  const steps = Number(parts.get("steps"));
  if ([1, 2, 3].includes(steps) && nodeOf.has(state.select)) state.steps = steps;
}
