// The table: its cells, and how one moves in it by keyboard.

let rows = [];
let cols = [];
let cells = [];

// What passes the filters, in each cell that is in sight; the reviews are counted whatever designs are hidden.
function fillCells() {
  const placesOf = (items) => {
    const places = new Map();
    items.forEach((item, place) => item.covered.forEach((id) => places.has(id) ? places.get(id).push(place) : places.set(id, [place])));
    return places;
  };
  const [inRows, inCols] = [placesOf(rows), placesOf(cols)];
  const made = rows.map(() => cols.map(() => ({ summaries: new Map(), studies: new Set(), reviews: new Set(), rank: 0, patients: undefined })));
  for (const row of ROWS) {
    const counted = passes(row);
    const review = SYNTHESES.has(EVIDENCE.studies[row.study].design) && passes(row, "design");
    if (!counted && !review) continue;
    for (const high of inRows.get(row.summary.tumor) || []) {
      for (const wide of inCols.get(row.summary.treatment) || []) {
        const cell = made[high][wide];
        if (review) cell.reviews.add(row.study);
        if (!counted) continue;
        if (!cell.summaries.has(row.summary)) cell.summaries.set(row.summary, []);
        cell.summaries.get(row.summary).push(row.id);
        cell.studies.add(row.study);
        cell.rank = Math.max(cell.rank, row.summary.rank);
        if (row.summary.patients !== undefined) cell.patients = Math.max(cell.patients ?? 0, row.summary.patients);
      }
    }
  }
  return made;
}

const gapOf = (cell) => cell.studies.size === 0 ? "absolute" : cell.reviews.size === 0 ? "synthesis" : "";

function sizeWords(cell) {
  const size = [plural(cell.studies.size, "study", "studies"), cell.patients === undefined ? "" : `${cell.patients} patients in the largest summary`];
  const reviews = cell.reviews.size ? `${plural(cell.reviews.size, "review", "reviews")} among them` : "synthesis gap: no systematic review or meta-analysis";
  return [...size, reviews].filter(Boolean).join(", ");
}

function wordsOf(cell) {
  if (!cell.studies.size) return `no evidence found in this graph${narrowed() ? " with these filters" : ""}`;
  return `${sizeWords(cell)}, best certainty ${CERTAINTY[cell.rank].label}`;
}

const amountOf = (cell) => state.size === "patients" ? cell.patients ?? 0 : cell.studies.size;

// Area by amount, measured by half of all that there is and not by what is in sight, so that sizes keep their meaning.
const LARGEST = { studies: new Set(ROWS.map((row) => row.study)).size || 1, patients: Math.max(1, ...EVIDENCE.summaries.map((summary) => summary.patients ?? 0)) };
function diameterOf(cell) {
  const amount = amountOf(cell);
  return amount ? Math.round(9 + 23 * Math.sqrt(Math.min(1, amount / (LARGEST[state.size] * 0.5)))) : 9;
}

function headCell(item, scope) {
  const head = element("th");
  head.scope = scope;
  head.dataset.path = item.path;
  head.dataset.depth = item.depth;
  const indent = item.depth ? `${scope === "row" ? item.depth * 13 : 0}px` : "";
  if (item.more) {
    const button = action("", () => {
      const open = state.open[scope === "row" ? "rows" : "cols"];
      open.has(item.path) ? open.delete(item.path) : open.add(item.path);
      refresh();
    });
    button.append(element("span", item.open ? "▾ " : "▸ "), `${scope === "col" && item.depth ? "› ".repeat(item.depth) : ""}${NAMES[item.id]}`);
    button.firstChild.setAttribute("aria-hidden", "true");
    button.setAttribute("aria-expanded", String(item.open));
    button.style.marginLeft = indent;
    head.append(button);
  } else {
    const name = element("span", `${scope === "col" && item.depth ? "› ".repeat(item.depth) : ""}${NAMES[item.id]}`);
    name.style.marginLeft = scope === "row" ? `${item.depth * 13 + 16}px` : "";
    name.style.display = "inline-block";
    head.append(name);
  }
  return head;
}

function bodyCell(cell, row, col) {
  const made = element("td");
  made.dataset.cell = `${row.path}~${col.path}`;
  made.setAttribute("aria-label", wordsOf(cell));
  if (!cell.studies.size) {
    made.className = "gap";
    made.append(element("span", "–"));
  } else {
    const bubble = element("span", null, `bubble rank-${cell.rank} ${cell.reviews.size ? "ring" : "dashed"}`);
    bubble.style.width = bubble.style.height = `${diameterOf(cell)}px`;
    made.append(bubble, element("span", `${amountOf(cell) || "?"} ${CERTAINTY[cell.rank].sign}`, "text"));
    if (cell.reviews.size) made.append(element("span", `R${cell.reviews.size}`, "reviews"));
  }
  return made;
}

const chosen = (row, col) => state.cell && state.cell[0] === row.path && state.cell[1] === col.path;

function drawGrid() {
  rows = visible("rows");
  cols = visible("cols");
  cells = fillCells();
  if (state.bare) {
    const full = (list) => list.some((cell) => cell.studies.size);
    const [keptRows, keptCols] = [rows.map((_, high) => full(cells[high])), cols.map((_, wide) => full(cells.map((line) => line[wide])))];
    cells = cells.filter((_, high) => keptRows[high]).map((line) => line.filter((_, wide) => keptCols[wide]));
    rows = rows.filter((_, high) => keptRows[high]);
    cols = cols.filter((_, wide) => keptCols[wide]);
  }
  const table = element("table", null, `map${cols.length > 9 ? " narrow" : ""}`);
  table.setAttribute("role", "grid");
  table.setAttribute("aria-label", `${TITLE}: tumors by treatments`);
  const head = table.createTHead().insertRow();
  const corner = element("th", "tumor / treatment");
  corner.scope = "col";
  head.append(corner, ...cols.map((col) => headCell(col, "col")));
  let body = null;
  rows.forEach((row, high) => {
    if (row.section !== rows[high - 1]?.section) {
      body = table.createTBody();
      const title = element("th", row.section.title, "section");
      title.scope = "rowgroup";
      title.colSpan = cols.length + 1;
      body.insertRow().append(title);
    }
    const line = body.insertRow();
    line.append(headCell(row, "row"), ...cols.map((col, wide) => bodyCell(cells[high][wide], row, col)));
    cols.forEach((col, wide) => line.cells[wide + 1].setAttribute("aria-selected", String(Boolean(chosen(row, col)))));
  });
  const old = byId("map");
  const scrolled = [old.scrollLeft, old.scrollTop];
  const had = keyOf(document.activeElement?.closest?.("table.map th, table.map td"));
  old.replaceChildren(table);
  [old.scrollLeft, old.scrollTop] = scrolled;
  matrix = [...table.rows].filter((line) => !line.querySelector(".section")).map((line) => [...line.cells]);
  matrix.flat().forEach((cell) => { stopOf(cell).tabIndex = -1; });
  const again = had && matrix.flat().find((cell) => keyOf(cell) === had);
  here = again || matrix.flat().find((cell) => cell.getAttribute("aria-selected") === "true") || matrix[0][0];
  stopOf(here).tabIndex = 0;
  if (again) stopOf(again).focus({ preventScroll: true });
}

// Moving by keyboard: one stop of the tabulator in the whole grid, the arrows move it.

let matrix = [[]];
let here = null;
const stopOf = (cell) => cell.tagName === "TD" ? cell : cell.querySelector("button") || cell;
const keyOf = (cell) => cell ? cell.dataset.cell || `${cell.scope} ${cell.dataset.path || ""}` : "";

function goTo(cell) {
  if (!cell) return;
  stopOf(here).tabIndex = -1;
  here = cell;
  stopOf(here).tabIndex = 0;
  stopOf(here).focus({ preventScroll: true });
  show(here);
}

// Scrolled into what the fixed heads leave free.
function show(cell) {
  const holder = byId("map");
  const [room, place] = [holder.getBoundingClientRect(), cell.getBoundingClientRect()];
  const [wide, high] = [matrix[0][0].offsetWidth, matrix[0][0].offsetHeight];
  if (cell.cellIndex > 0) holder.scrollLeft += Math.min(0, place.left - room.left - wide) + Math.max(0, place.right - room.right + 16);
  if (cell.parentNode.parentNode.tagName === "TBODY") holder.scrollTop += Math.min(0, place.top - room.top - high) + Math.max(0, place.bottom - room.bottom + 16);
}

byId("map").addEventListener("keydown", (event) => {
  const cell = event.target.closest("th, td");
  const high = matrix.findIndex((line) => line.includes(cell));
  if (high < 0) return;
  const wide = matrix[high].indexOf(cell);
  const last = [matrix.length - 1, matrix[0].length - 1];
  const to = {
    ArrowUp: [high - 1, wide], ArrowDown: [high + 1, wide], ArrowLeft: [high, wide - 1], ArrowRight: [high, wide + 1],
    PageUp: [Math.max(0, high - 8), wide], PageDown: [Math.min(last[0], high + 8), wide],
    Home: [event.ctrlKey ? 0 : high, 0], End: [event.ctrlKey ? last[0] : high, last[1]],
  }[event.key];
  if (to) {
    event.preventDefault();
    goTo(matrix[to[0]]?.[to[1]]);
  } else if ((event.key === "Enter" || event.key === " ") && cell.tagName === "TD") {
    event.preventDefault();
    choose(cell.dataset.cell.split("~"));
  }
});
byId("map").addEventListener("click", (event) => {
  const cell = event.target.closest("td");
  if (!cell) return;
  goTo(cell);
  choose(cell.dataset.cell.split("~"));
});
