// One question to the endpoint that stands beside the page.
import Parser from "n3/src/N3Parser.js";

const ACCEPTED = "application/sparql-results+json, application/n-triples;q=0.9";
const TRIPLE = ["subject", "predicate", "object"];

export class Refused extends Error {}

export async function ask(query, signal) {
  let response;
  try {
    response = await fetch(ENDPOINT, { method: "POST", headers: { accept: ACCEPTED, "content-type": "application/x-www-form-urlencoded" }, body: new URLSearchParams({ query }), signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(`No endpoint answers at ${new URL(ENDPOINT, location.href)}. Start one with: spineonc serve`);
  }
  const text = await response.text();
  if (!response.ok) throw new Refused(`${reason(text, response) || response.statusText} (status ${response.status})`);
  if (/n-triples/.test(response.headers.get("content-type") || "")) return { columns: TRIPLE, rows: triples(text), triples: true };
  const answer = JSON.parse(text);
  if ("boolean" in answer) return { columns: ["answer"], rows: [{ answer: { type: "literal", value: String(answer.boolean), datatype: `${PREFIXES.xsd}boolean` } }] };
  return { columns: answer.head.vars, rows: answer.results.bindings };
}

function reason(text, response) {
  if (!/json/.test(response.headers.get("content-type") || "")) return text.trim();
  const problem = JSON.parse(text);
  return problem.detail || problem.title;
}

function triples(text) {
  const cell = (term) => {
    if (term.termType === "NamedNode") return { type: "uri", value: term.value };
    if (term.termType === "BlankNode") return { type: "bnode", value: term.value };
    return { type: "literal", value: term.value, ...(term.language ? { "xml:lang": term.language } : { datatype: term.datatype.value }) };
  };
  return new Parser({ format: "N-Triples" }).parse(text).map((triple) => Object.fromEntries(TRIPLE.map((name) => [name, cell(triple[name])])));
}

// The label of each thing that the page does not know already.
const LABELS = new Map([...PROPERTIES, ...TERMS].map(([iri, label]) => [iri, label]));
const AT_ONCE = 400;
const MOST = 4000;

export const labelFor = (iri) => LABELS.get(iri);

export async function learn(rows, signal) {
  const unknown = new Set();
  for (const row of rows) for (const cell of Object.values(row)) if (cell.type === "uri" && cell.value.startsWith(NAMESPACE) && !LABELS.has(cell.value)) unknown.add(cell.value);
  const asked = [...unknown].filter((iri) => !/[<>"{}|^`\\\s]/.test(iri)).slice(0, MOST);
  for (let start = 0; start < asked.length; start += AT_ONCE) {
    const things = asked.slice(start, start + AT_ONCE).map((iri) => `<${iri}>`).join(" ");
    const found = await ask(`SELECT ?thing ?label { VALUES ?thing { ${things} } ?thing <${PREFIXES.rdfs}label> ?label }`, signal);
    for (const { thing, label } of found.rows) LABELS.set(thing.value, label.value);
  }
}
