"use strict";
// Shared by all pages. Everything is built from text nodes, so that no label can become markup.

const byId = (id) => document.getElementById(id);
const labelOf = (term) => EVIDENCE.labels[term] || term;
const plural = (n, one, many) => `${n} ${n === 1 ? one : many}`;

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

function action(text, act, title) {
  const button = element("button", text);
  button.type = "button";
  if (title) button.title = title;
  button.addEventListener("click", act);
  return button;
}

function badge(rank) {
  return element("span", `certainty ${CERTAINTY[rank].label} ${CERTAINTY[rank].sign}`, `badge rank${rank}`);
}

// Findings

const COLUMNS = [
  { name: "Publication", text: (f) => EVIDENCE.studies[f.study].label, value: (f) => EVIDENCE.studies[f.study].label, link: true },
  { name: "Effect", text: (f) => f.effect, value: (f) => f.value ?? f.effect },
  { name: "95% CI", text: (f) => f.interval || "", value: (f) => f.low ?? "" },
  { name: "p", text: (f) => f.pValue || "", value: (f) => f.pValue || "" },
  { name: "n", text: (f) => f.patients === undefined ? "" : `${f.patients}${f.sampleUnit ? ` ${f.sampleUnit}` : ""}`, value: (f) => f.patients ?? -1, number: true },
  { name: "Time", text: (f) => f.time || f.followUp || "", value: (f) => f.days ?? -1 },
  { name: "Design", text: (f) => EVIDENCE.studies[f.study].design, value: (f) => EVIDENCE.studies[f.study].design },
  { name: "Year", text: (f) => EVIDENCE.studies[f.study].year, value: (f) => Number(EVIDENCE.studies[f.study].year), number: true },
];

const MORE = [
  ["Tumor", (f) => labelOf(f.tumor)], ["Treatment", (f) => labelOf(f.treatment)], ["Comparator", (f) => f.comparator ? labelOf(f.comparator) : ""],
  ["Outcome", (f) => labelOf(f.outcome)], ["End point", (f) => f.endpoint || ""], ["Population", (f) => f.population || ""],
  ["Favors", (f) => f.favors || ""], ["Indirect", (f) => f.indirect || ""], ["Locator", (f) => f.locator || ""],
  ["Citation", (f) => EVIDENCE.studies[f.study].citation], ["Address", (f) => EVIDENCE.studies[f.study].link],
];

function compared(one, other) {
  return typeof one === "number" && typeof other === "number" ? one - other : String(one).localeCompare(String(other), "en", { numeric: true });
}

function findingsTable(ids, caption) {
  const rows = ids.map((id) => ({ id, ...EVIDENCE.findings[id] }));
  const holder = element("div", null, "table-of-findings");
  const table = element("table", null, "findings");
  table.append(element("caption", caption));
  const head = table.createTHead().insertRow();
  const body = table.createTBody();
  const fill = () => body.replaceChildren(...rows.map(findingRow));
  COLUMNS.forEach((column) => {
    const cell = element("th");
    cell.scope = "col";
    cell.append(action(column.name, () => {
      const down = cell.getAttribute("aria-sort") === "ascending";
      head.querySelectorAll("th").forEach((each) => each.removeAttribute("aria-sort"));
      cell.setAttribute("aria-sort", down ? "descending" : "ascending");
      rows.sort((one, other) => compared(column.value(one), column.value(other)) * (down ? -1 : 1));
      fill();
    }, `Sort by ${column.name}`));
    head.append(cell);
  });
  fill();
  const scroll = element("div", null, "scroll");
  scroll.append(table);
  const tools = element("div", null, "row no-print");
  const said = element("span", "", "soft");
  said.setAttribute("role", "status");
  tools.append(
    action("Copy table", async () => { said.textContent = await copied(delimited(rows, "\t")) ? "Copied." : "Copying is not allowed here; use CSV."; }),
    action("CSV", () => download("findings.csv", "text/csv", delimited(rows, ","))), said);
  holder.append(scroll, tools);
  return holder;
}

function findingRow(finding) {
  const row = element("tr");
  for (const column of COLUMNS) {
    const cell = element("td", null, column.number ? "number" : "");
    cell.append(column.link ? link(column.text(finding), EVIDENCE.studies[finding.study].link) : column.text(finding));
    row.append(cell);
  }
  const notes = [
    finding.comparator && `versus ${labelOf(finding.comparator)}`, finding.endpoint, finding.favors,
    finding.population && `population: ${finding.population}`, finding.indirect && `indirect: ${finding.indirect}`,
    finding.statedCertainty && `certainty stated by the source: ${finding.statedCertainty}`, finding.note && `note: ${finding.note}`,
    finding.secondarySource && "number read in another publication", `read in: ${finding.locator}`].filter(Boolean);
  row.cells[1].append(element("div", notes.join("; "), "soft"));
  return row;
}

function delimited(rows, separator) {
  const columns = [...COLUMNS.map((column) => [column.name, column.text]), ...MORE];
  const quoted = (text) => {
    const safe = /^[=+@\t\r]|^-(?![\d.])/.test(text) ? `'${text}` : text;
    return /["\n\r,\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return [columns.map(([name]) => name), ...rows.map((row) => columns.map(([, text]) => String(text(row))))]
    .map((cells) => cells.map(quoted).join(separator)).join("\r\n") + "\r\n";
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = element("textarea", text);
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

function download(name, type, content) {
  const anchor = element("a");
  const address = content instanceof Blob ? URL.createObjectURL(content) : URL.createObjectURL(new Blob([content], { type: `${type};charset=utf-8` }));
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

// Summaries

function sizeOf(summary) {
  const alike = summary.independent === summary.studies ? "" : ` (${summary.independent} independent)`;
  return plural(summary.studies, "study", "studies") + alike + (summary.patients === undefined ? "" : `, ${summary.patients} patients`);
}

function rangeOf(summary) {
  if (summary.lowest === undefined) return "";
  return summary.lowest === summary.highest ? `${summary.lowest}%` : `${summary.lowest} to ${summary.highest}%`;
}

// What the pairs of findings that disagree say, side by side.
function conflictsOf(ids) {
  const within = new Set(ids);
  return EVIDENCE.disagreements.filter(([one, other]) => within.has(one) && within.has(other));
}

function conflictBlock([one, other, conflict]) {
  const block = element("div", null, "conflict");
  block.append(element("h4", conflict ? "Conflict: the studies favor opposite arms" : "Disagreement: one study shows a difference, the other none"));
  const sides = element("div", null, "sides");
  for (const finding of [EVIDENCE.findings[one], EVIDENCE.findings[other]]) {
    const study = EVIDENCE.studies[finding.study];
    const side = element("div");
    side.append(link(study.label, study.link), element("div", study.design, "soft"), element("p", `${finding.effect}${finding.interval ? ` (95% CI ${finding.interval})` : ""}`),
      element("div", [`${labelOf(finding.treatment)} versus ${labelOf(finding.comparator)}`, finding.endpoint, finding.favors].filter(Boolean).join("; "), "soft"));
    sides.append(side);
  }
  block.append(sides);
  return block;
}

function summaryBlock(summary, { open = false, title = labelOf(summary.outcome), findings = summary.findings } = {}) {
  const block = element("details", null, "summary");
  const head = element("summary");
  head.append(badge(summary.rank), ` ${title} `, element("span", [sizeOf(summary), rangeOf(summary)].filter(Boolean).join("; "), "soft"));
  const body = element("div");
  const fill = () => {
    if (body.childElementCount) return;
    const reasons = element("ul", null, "reasons");
    reasons.append(...summary.reasons.map((reason) => element("li", reason)));
    body.append(element("p", `${labelOf(summary.treatment)} for ${labelOf(summary.tumor)}, ${labelOf(summary.outcome)}: ${summary.direction}`),
      element("p", "Why this certainty (provisional, derived by rules):", "soft"), reasons);
    const hidden = summary.findings.length - findings.length;
    body.append(findingsTable(findings, `${plural(findings.length, "finding", "findings")}${hidden ? `, ${hidden} hidden by filters` : ""}`));
    body.append(...conflictsOf(findings).map(conflictBlock));
  };
  block.addEventListener("toggle", fill);
  block.append(head, body);
  block.open = open;
  if (open) fill();
  return block;
}

// Light and dark: the choice lasts while the page is open.
function setUpTheme(changed = () => undefined) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (document.documentElement.dataset.theme || (dark.matches ? "dark" : "light")) === "dark";
  const button = byId("theme");
  const say = () => button.setAttribute("aria-pressed", String(isDark()));
  button.addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    say();
    changed();
  });
  dark.addEventListener("change", () => { say(); changed(); });
  say();
}
