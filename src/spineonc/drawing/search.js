// Search by label, synonym or identifier, with suggestions; the ARIA combobox pattern.

const INDEX = NODES.flatMap((node) => {
  const facts = node.facts;
  const others = [...(facts.synonyms || "").split("; "), ...(facts.identifiers || []), node.id, facts.pmid && `PMID:${facts.pmid}`, facts.pmid, facts.doi];
  return [node.label, ...others.filter(Boolean)].map((name) => ({ node, name: String(name), folded: folded(name) }));
});

function folded(text) {
  return String(text).toLowerCase().replace(/^https?:\/\/(\S*\/)?(?=10\.|\d+\/?$)/, "").replace(/\/$/, "").replace(/[\s_-]+/g, " ").trim();
}

function matches(text, fits = () => true) {
  const wanted = folded(text);
  if (!wanted) return [];
  const best = new Map();
  for (const entry of INDEX) {
    if (!fits(entry.node)) continue;
    const at = entry.folded.indexOf(wanted);
    if (at < 0) continue;
    const kind = entry.node.kind === "Study" ? 0.5 : 0;
    const score = (entry.folded === wanted ? 0 : at === 0 ? 1 : entry.folded[at - 1] === " " ? 2 : 3) + kind + (entry.name === entry.node.label ? 0 : 0.25);
    if (!best.has(entry.node.id) || best.get(entry.node.id).score > score) best.set(entry.node.id, { ...entry, score });
  }
  return [...best.values()].sort((one, other) => one.score - other.score || one.node.label.length - other.node.label.length || one.node.label.localeCompare(other.node.label));
}

function combo(input, choose, fits) {
  const list = element("ul");
  list.id = `${input.id}-list`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  list.hidden = true;
  input.after(list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"]]) input.setAttribute(name, value);
  let found = [];
  let active = -1;
  const mark = (place) => {
    active = place;
    [...list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === active)));
    if (active >= 0) {
      input.setAttribute("aria-activedescendant", list.children[active].id);
      list.children[active].scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };
  const show = (open) => {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
  };
  const suggest = () => {
    found = matches(input.value, fits).slice(0, 12);
    list.replaceChildren(...found.map(({ node, name }, at) => {
      const option = element("li", node.label);
      option.id = `${list.id}-${at}`;
      option.setAttribute("role", "option");
      option.append(element("span", `  ${node.kind === "Study" ? node.facts.design : node.kind.toLowerCase()}${name === node.label ? "" : `, ${name}`}`, "soft"));
      option.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        take(at);
      });
      return option;
    }));
    mark(-1);
    show(found.length > 0);
  };
  const take = (at) => {
    const entry = found[at] || matches(input.value, fits)[0];
    show(false);
    choose(entry ? entry.node.id : null, input.value);
  };
  input.addEventListener("input", suggest);
  input.addEventListener("blur", () => show(false));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) suggest();
      else mark((active + (event.key === "ArrowDown" ? 1 : -1) + found.length + 1) % (found.length + 1) === found.length ? -1 : (active + (event.key === "ArrowDown" ? 1 : found.length)) % (found.length + 1));
    } else if (event.key === "Enter") take(active);
    else if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      show(false);
    }
  });
}
