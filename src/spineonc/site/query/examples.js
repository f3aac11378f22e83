// The named queries, with their parameters by name.
import { short } from "./prefixes.js";

const OF_TREE = new Map();
for (const [iri, label, , others, trees] of TERMS) for (const tree of trees) OF_TREE.set(tree, [...(OF_TREE.get(tree) || []), { iri, label, others }]);

const termNamed = (text, tree) => {
  const wanted = text.trim().toLowerCase();
  const terms = OF_TREE.get(tree) || [];
  return terms.find(({ label }) => label.toLowerCase() === wanted) || terms.find(({ iri, others }) => others.some((each) => each.toLowerCase() === wanted) || iri === text.trim() || iri.slice(NAMESPACE.length).toLowerCase() === wanted.replace(/^:|^spineonc:/, ""));
};

export function setUpExamples(chosen) {
  const field = byId("example");
  const given = byId("parameters");
  const put = () => {
    const query = QUERIES[field.value];
    let text = query.sparql;
    for (const { name, tree } of query.parameters) {
      const input = byId(`parameter-${name}`);
      const term = termNamed(input.value, tree);
      input.setCustomValidity(term ? "" : `No ${tree.toLowerCase()} has this name.`);
      if (!input.reportValidity()) return;
      text = text.replaceAll(`<parameter:${name}>`, short(term.iri, { "": NAMESPACE }));
    }
    chosen(text);
  };
  const show = () => {
    const query = QUERIES[field.value];
    byId("about").textContent = query ? query.description : "";
    given.replaceChildren(...(query ? query.parameters : []).map(({ name, tree, start, about }) => {
      const label = element("label", `${about[0].toUpperCase()}${about.slice(1)} `);
      const input = element("input");
      Object.assign(input, { type: "text", id: `parameter-${name}`, value: start, autocomplete: "off", spellcheck: false });
      input.setAttribute("list", `names-${tree}`);
      input.addEventListener("change", put);
      input.addEventListener("focus", () => input.select());
      label.append(input);
      return label;
    }));
    if (query) put();
  };
  for (const tree of new Set(Object.values(QUERIES).flatMap(({ parameters }) => parameters.map((each) => each.tree)))) {
    const list = element("datalist");
    list.id = `names-${tree}`;
    list.append(...(OF_TREE.get(tree) || []).map(({ label }) => Object.assign(element("option"), { value: label })));
    document.body.append(list);
  }
  field.append(Object.assign(element("option", "Choose an example …"), { value: "" }), ...Object.entries(QUERIES).map(([name, { title }]) => Object.assign(element("option", title), { value: name })));
  field.addEventListener("change", show);
  return { choose: (name) => { field.value = name; show(); } };
}
