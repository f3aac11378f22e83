// The answer as a graph: triples, or rows with ?source and ?target.
import { named } from "./table.js";

const MOST = 1500;
const ENDS = [["source", "relation", "target"], ["source", "predicate", "target"], ["source", "", "target"], ["subject", "predicate", "object"], ["s", "p", "o"]];
const KIND = new Map(TERMS.map(([iri, , kind]) => [iri, kind]));

export function endsOf({ columns, rows }) {
  const ends = ENDS.find((each) => each.every((name) => !name || columns.includes(name)));
  return ends && rows.some((row) => row[ends[0]]?.type === "uri" && row[ends[2]] && row[ends[2]].type !== "literal") ? ends : null;
}

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function networkIn(holder, answer) {
  const [from, by, to] = endsOf(answer);
  const nodes = new Map();
  const edges = new Map();
  const node = (cell) => {
    if (!nodes.has(cell.value)) {
      const look = KINDS[KIND.get(cell.value)] || KINDS.Term;
      nodes.set(cell.value, { id: cell.value, label: wrapped(named(cell)), shape: look.shape, color: look.color, size: look.size });
    }
    return cell.value;
  };
  const links = answer.rows.filter((row) => row[from] && row[to] && row[to].type !== "literal");
  for (const row of links.slice(0, MOST)) {
    const label = by && row[by] ? named(row[by]) : "";
    const edge = { from: node(row[from]), to: node(row[to]), label };
    edges.set(JSON.stringify(edge), edge);
  }
  const relations = new Set([...edges.values()].map(({ label }) => label));
  const crowded = edges.size > 80 || relations.size === 1;
  const drawn = new vis.Network(holder, { nodes: new vis.DataSet([...nodes.values()]), edges: new vis.DataSet([...edges.values()].map((edge) => crowded ? { ...edge, label: undefined, title: edge.label || undefined } : edge)) }, {
    layout: { improvedLayout: false, randomSeed: 1 },
    physics: { solver: "forceAtlas2Based", forceAtlas2Based: { springLength: 130, avoidOverlap: 0.4 }, stabilization: { iterations: 200 } },
    edges: { smooth: false, arrows: { to: { scaleFactor: 0.5 } }, color: color("--soft") },
    interaction: { hover: true, keyboard: false },
  });
  drawn.once("stabilizationIterationsDone", () => drawn.setOptions({ physics: false }));
  const paint = () => {
    const font = { color: color("--ink"), size: 13, face: "system-ui, sans-serif", strokeWidth: 3, strokeColor: color("--paper") };
    drawn.setOptions({ nodes: { font }, edges: { font: { ...font, size: 11 }, color: color("--soft") } });
  };
  paint();
  drawn.on("doubleClick", ({ nodes: [iri] }) => { if (iri?.startsWith(NAMESPACE)) location.href = iri.slice(NAMESPACE.length); });
  return { paint, end: () => drawn.destroy(), nodes: nodes.size, edges: edges.size, left: Math.max(0, links.length - MOST), relation: relations.size === 1 ? [...relations][0] : "" };
}

function wrapped(text) {
  return text.length > 60 ? `${text.slice(0, 57)} …` : text.replace(/(.{16,28}?)\s/g, "$1\n");
}
