// Filters: each value with the studies that it would leave, given the other filters.

function buildFilters() {
  const holder = byId("facets");
  for (const facet of FACETS) {
    const values = [...new Set(ROWS.map((row) => row.values[facet.name]))];
    const order = facet.name === "certainty" ? Object.values(CERTAINTY).map((level) => level.label).reverse() : values.sort((one, other) => one.localeCompare(other, "en"));
    const part = element("details");
    part.open = Boolean(facet.open);
    const set = element("fieldset");
    set.dataset.facet = facet.name;
    set.append(element("legend", facet.title, "hidden-text"));
    for (const value of order.filter((each) => values.includes(each))) {
      const choice = element("label", null, "choice");
      const box = element("input");
      box.type = "checkbox";
      box.value = value;
      box.addEventListener("change", () => {
        box.checked ? state.hidden[facet.name].delete(value) : state.hidden[facet.name].add(value);
        refresh();
      });
      choice.append(box, element("span", value), element("span", "", "number"));
      set.append(choice);
    }
    part.append(element("summary", facet.title), set);
    holder.append(part);
  }
  holder.append(yearsPart(), switchPart("direct", "Direct evidence only"), switchPart("bare", "Hide empty rows and columns"));
}

function yearsPart() {
  const part = element("details");
  const line = element("div", null, "years");
  part.append(element("summary", "Years of publication"), line);
  for (const [name, title] of [["from", "from"], ["to", "to"]]) {
    const field = element("input");
    Object.assign(field, { type: "number", id: name, min: FIRST, max: LAST });
    field.addEventListener("change", () => {
      const year = Math.round(Number(field.value));
      state[name] = Number.isFinite(year) && field.value ? Math.min(LAST, Math.max(FIRST, year)) : fresh()[name];
      refresh();
    });
    const label = element("label", title);
    label.htmlFor = name;
    line.append(label, field);
  }
  return part;
}

function switchPart(name, title) {
  const choice = element("label", null, "choice");
  const box = element("input");
  box.type = "checkbox";
  box.id = name;
  box.addEventListener("change", () => {
    state[name] = box.checked;
    refresh();
  });
  choice.append(box, element("span", title));
  return choice;
}

function showFilters() {
  for (const set of document.querySelectorAll("#facets fieldset")) {
    const name = set.dataset.facet;
    const left = new Map();
    for (const row of ROWS.filter((each) => passes(each, name))) {
      if (!left.has(row.values[name])) left.set(row.values[name], new Set());
      left.get(row.values[name]).add(row.study);
    }
    for (const box of set.querySelectorAll("input")) {
      box.checked = !state.hidden[name].has(box.value);
      box.parentNode.lastChild.textContent = left.get(box.value)?.size ?? 0;
    }
  }
  for (const name of ["from", "to"]) byId(name).value = state[name];
  for (const name of ["direct", "bare"]) byId(name).checked = state[name];
  byId("size").value = state.size;
  const all = new Set(ROWS.map((row) => row.study)).size;
  const left = new Set(ROWS.filter((row) => passes(row)).map((row) => row.study)).size;
  const gaps = cells.flat().filter((cell) => !cell.studies.size).length;
  byId("count").textContent = `${left} of ${all} studies, ${gaps} of ${cells.flat().length} cells empty`;
}
