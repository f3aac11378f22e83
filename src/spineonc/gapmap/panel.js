// The evidence of one cell, by family of outcomes.

function profileLink(id) {
  if (!PROFILES[id]) return element("span", NAMES[id]);
  const anchor = element("a", NAMES[id]);
  anchor.href = PROFILES[id];
  return anchor;
}

function showCell() {
  const panel = byId("panel");
  if (!state.cell) return;
  const [high, wide] = [rows.findIndex((row) => row.path === state.cell[0]), cols.findIndex((col) => col.path === state.cell[1])];
  if (high < 0 || wide < 0) return;
  const [row, col, cell] = [rows[high], cols[wide], cells[high][wide]];
  const title = element("h2");
  title.append(profileLink(col.id), " for ", profileLink(row.id));
  panel.replaceChildren(title);
  if (!cell.studies.size) {
    const size = row.covered.length * col.covered.length;
    panel.append(element("p", narrowed() ? "No evidence passes the filters." : `Absolute gap: no evidence found in this graph (${DATA}).`),
      element("p", `That is: not found here, not that none exists. ${size > 1 ? `It holds for ${plural(row.covered.length, "tumor", "tumors")} and ${plural(col.covered.length, "treatment", "treatments")} below these names.` : ""}`, "soft"));
    return;
  }
  const line = element("p");
  line.append(badge(cell.rank), ` at best; ${sizeWords(cell)}.`);
  panel.append(line, element("p", `Narrower tumors and treatments count. ${narrowed() ? "Filters hide a part of the evidence." : ""}`, "soft"));
  const groups = new Map();
  for (const [summary, findings] of cell.summaries) {
    const family = FAMILIES[summary.outcome] ?? "other";
    if (!groups.has(family)) groups.set(family, []);
    groups.get(family).push([summary, findings]);
  }
  for (const [family, members] of [...groups].sort(([one], [other]) => one.localeCompare(other, "en"))) {
    panel.append(element("h3", `${family} (${members.length})`));
    members.sort(([one], [other]) => other.rank - one.rank || other.studies - one.studies || one.id.localeCompare(other.id));
    for (const [summary, findings] of members) {
      const narrower = [summary.treatment === col.id ? "" : labelOf(summary.treatment), summary.tumor === row.id ? "" : labelOf(summary.tumor)].filter(Boolean).join(", ");
      panel.append(summaryBlock(summary, { title: `${labelOf(summary.outcome)}${narrower ? ` (${narrower})` : ""}`, findings, open: cell.summaries.size === 1 }));
    }
  }
  panel.scrollTop = 0;
}
