// The filters, each value with the number of findings that it would leave.

function mark(kind) {
  const shapes = {
    dot: "M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12z", square: "M2 2h12v12H2z", triangle: "M8 1 15 14H1z", diamond: "M8 1 15 8 8 15 1 8z", hexagon: "M4 2h8l4 6-4 6H4L0 8z",
  };
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("class", `mark ${KINDS[kind].shape}`);
  svg.setAttribute("aria-hidden", "true");
  svg.style.color = KINDS[kind].color;
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", shapes[KINDS[kind].shape]);
  svg.append(path);
  return svg;
}

function choice(facet, value, picture) {
  const label = element("label", null, "choice");
  const box = element("input");
  box.type = "checkbox";
  box.value = value;
  box.checked = !state.hidden[facet].has(value);
  box.addEventListener("change", () => {
    if (box.checked) state.hidden[facet].delete(value);
    else state.hidden[facet].add(value);
    refresh();
  });
  label.append(box, ...(picture ? [picture] : []), element("span", value), element("span", "", "number"));
  return label;
}

function facetGroup(name, title, choices, open) {
  const group = element("details");
  group.open = open;
  group.dataset.facet = name;
  const set = element("fieldset");
  set.append(element("legend", title, "hidden-text"), ...choices);
  if (choices.length > 2 && name !== "kind") {
    const all = element("div", null, "row");
    const put = (hidden) => {
      state.hidden[name] = new Set(hidden ? choices.map((each) => each.querySelector("input").value) : []);
      refresh();
    };
    const [every, none] = [action("all", () => put(false)), action("none", () => put(true))];
    every.setAttribute("aria-label", `all of ${title}`);
    none.setAttribute("aria-label", `none of ${title}`);
    all.append(every, none);
    set.append(all);
  }
  group.append(element("summary", title), set);
  return group;
}

function buildFilters() {
  const kinds = Object.keys(KINDS);
  const holder = byId("facets");
  holder.append(facetGroup("kind", "Show", kinds.map((kind) => choice("kind", kind, mark(kind))), true));
  if (!ROWS.length) return;
  for (const facet of FACETS) {
    const values = [...new Set(ROWS.map((row) => row.values[facet.name]))];
    const ranks = Object.values(CERTAINTY).map((look) => look.label);
    values.sort((one, other) => facet.name === "certainty" ? ranks.indexOf(other) - ranks.indexOf(one) : one.localeCompare(other));
    holder.append(facetGroup(facet.name, facet.title, values.map((value) => choice(facet.name, value)), Boolean(facet.open)));
  }
  const years = element("div", null, "years");
  for (const [name, title] of [["from", "From year"], ["to", "to year"]]) {
    const input = element("input");
    Object.assign(input, { type: "number", id: name, min: FIRST, max: LAST });
    input.addEventListener("change", () => {
      const year = Number(input.value);
      state[name] = input.value && year >= FIRST && year <= LAST ? year : { from: FIRST, to: LAST }[name];
      refresh();
    });
    const label = element("label", title, name === "to" ? "" : "");
    label.htmlFor = name;
    years.append(label, input);
  }
  const direct = element("label", null, "choice");
  const box = element("input");
  Object.assign(box, { type: "checkbox", id: "direct" });
  box.addEventListener("change", () => {
    state.direct = box.checked;
    refresh();
  });
  direct.append(box, element("span", "Direct evidence only"), element("span", "", "number"));
  const group = element("details");
  group.open = true;
  group.dataset.facet = "years";
  group.append(element("summary", "Years and directness"), years, direct);
  holder.append(group);
}

function showFilters() {
  const count = new Map();
  const add = (name, value) => count.set(`${name}|${value}`, (count.get(`${name}|${value}`) || 0) + 1);
  for (const node of NODES) add("kind", node.kind);
  for (const facet of FACETS) for (const row of ROWS) if (passes(row, facet.name)) add(facet.name, row.values[facet.name]);
  for (const group of document.querySelectorAll("#facets details")) {
    const name = group.dataset.facet;
    for (const label of group.querySelectorAll("fieldset .choice")) {
      const box = label.querySelector("input");
      box.checked = !state.hidden[name].has(box.value);
      label.querySelector(".number").textContent = count.get(`${name}|${box.value}`) || 0;
    }
  }
  if (!ROWS.length) return;
  byId("from").value = state.from;
  byId("to").value = state.to;
  byId("direct").checked = state.direct;
  document.querySelector("#facets label:has(#direct) .number").textContent = ROWS.filter((row) => row.direct && passes(row)).length;
}
