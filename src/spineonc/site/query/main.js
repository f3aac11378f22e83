// The page: an example or a query from the address, the editor, the question, and the answer in three forms.
import { Refused, ask, learn } from "./asking.js";
import { editorIn } from "./editor.js";
import { setUpExamples } from "./examples.js";
import { endsOf, networkIn } from "./network.js";
import { declaring } from "./prefixes.js";
import { csvOf, jsonOf, tableOf } from "./table.js";

const FIRST = "treatments-for-tumor";
const HERE = "#query=";
const LONG = 240;
let answer = null;
let asking = null;
let network = null;

const say = (text) => { byId("status").textContent = text; };
const inAddress = () => location.hash.startsWith(HERE) ? decoded(location.hash.slice(HERE.length)) : null;

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

let waiting = 0;
function keep() {
  clearTimeout(waiting);
  waiting = setTimeout(() => history.replaceState(null, "", HERE + encodeURIComponent(editor.text())), 250);
}

const editor = editorIn(byId("editor"), { run, changed: keep });
const examples = setUpExamples((text) => editor.replace(text));

function complain(error) {
  const place = error.message.match(/\b(?:at|line) (\d+)(?::| column |, column )(\d+)/);
  const box = byId("error");
  const short = error.message.length > LONG ? `${error.message.slice(0, LONG).replace(/,?\s*[^,\s]*$/, "")} …` : error.message;
  box.replaceChildren(element("p", short));
  if (short !== error.message) {
    const whole = element("details");
    whole.append(element("summary", "The whole message"), element("p", error.message));
    box.append(whole);
  }
  if (place) box.append(action(`Go to line ${place[1]}`, () => editor.goTo(Number(place[1]), Number(place[2]))));
  box.hidden = false;
}

async function run() {
  const change = declaring(editor.text());
  if (change) editor.edit(change);
  asking?.abort();
  const mine = asking = new AbortController();
  byId("stop").disabled = false;
  byId("error").hidden = true;
  byId("answer").setAttribute("aria-busy", "true");
  say("Asking …");
  const start = performance.now();
  try {
    const found = await ask(editor.text(), mine.signal);
    const seconds = (performance.now() - start) / 1000;
    await learn(found.rows, mine.signal).catch((error) => { if (!(error instanceof Refused)) throw error; });
    answer = found;
    say(`${plural(found.rows.length, found.triples ? "triple" : "row", found.triples ? "triples" : "rows")} in ${seconds.toFixed(2)} s`);
    show("table");
  } catch (error) {
    if (asking !== mine) return;
    answer = null;
    show("table");
    say(error.name === "AbortError" ? "Stopped." : "");
    if (error.name !== "AbortError") complain(error);
  } finally {
    if (asking === mine) {
      asking = null;
      byId("stop").disabled = true;
      byId("answer").removeAttribute("aria-busy");
    }
  }
}

function show(form) {
  network?.end();
  network = null;
  const ends = answer && endsOf(answer);
  const drawn = form === "graph" && ends;
  byId("forms").hidden = !answer;
  byId("as-graph").disabled = !ends;
  byId("as-graph").title = ends ? "" : "A graph needs triples (CONSTRUCT), or columns ?source and ?target";
  byId("as-table").setAttribute("aria-pressed", String(!drawn));
  byId("as-graph").setAttribute("aria-pressed", String(Boolean(drawn)));
  byId("graph").hidden = !drawn;
  byId("drawn").textContent = "";
  byId("rows").replaceChildren(...(answer && !drawn ? [answer.rows.length ? tableOf(answer, { iris: byId("iris").checked, caption: "Answer" }) : element("p", "The answer is empty: nothing in this graph matches. That means: not found here, not that none exists.")] : []));
  if (!drawn) return;
  network = networkIn(byId("graph"), answer);
  byId("drawn").textContent = `${plural(network.nodes, "node", "nodes")}, ${plural(network.edges, "line", "lines")}${network.left ? `; ${network.left} more rows are not drawn` : ""}${network.relation ? `; each line: ${network.relation}` : ""}. A double click on a node opens its page; the table says the same.`;
}

byId("run").addEventListener("click", run);
byId("stop").addEventListener("click", () => asking?.abort());
byId("as-table").addEventListener("click", () => show("table"));
byId("as-graph").addEventListener("click", () => show("graph"));
byId("iris").addEventListener("change", () => show("table"));
byId("csv").addEventListener("click", () => download("answer.csv", "text/csv", csvOf(answer)));
byId("json").addEventListener("click", () => download("answer.json", "application/sparql-results+json", jsonOf(answer)));
byId("share").addEventListener("click", async () => {
  history.replaceState(null, "", HERE + encodeURIComponent(editor.text()));
  say(await copied(location.href) ? "The address with the query was copied." : "Copy the address of this page: it holds the query.");
});
addEventListener("hashchange", () => { const text = inAddress(); if (text !== null && text !== editor.text()) editor.replace(text); });
setUpTheme(() => network?.paint());

const given = inAddress();
if (given === null) examples.choose(FIRST in QUERIES ? FIRST : Object.keys(QUERIES)[0]);
else editor.replace(given);
if (location.protocol === "file:") complain(new Refused("Opened as a file, this page has no endpoint to ask. Run: spineonc serve, and open query.html at the address that it prints."));
