// Completion: terms and properties by their names, prefixes, keywords, and the variables of the query.
import { declared, declaring, short } from "./prefixes.js";

const KEYWORDS = ["SELECT", "DISTINCT", "WHERE", "CONSTRUCT", "ASK", "DESCRIBE", "OPTIONAL", "UNION", "MINUS", "FILTER", "FILTER NOT EXISTS", "BIND", "VALUES", "GROUP BY", "HAVING", "ORDER BY", "DESC", "ASC", "LIMIT", "OFFSET", "COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "STR", "LCASE", "UCASE", "CONTAINS", "STRSTARTS", "REGEX", "REPLACE", "CONCAT", "COALESCE", "BOUND", "PREFIX"];
const MOST = 60;
const WORDS = 5;

const KNOWN = [
  ...PROPERTIES.map(([iri, label, about]) => ({ iri, names: [label], kind: "property", about })),
  ...TERMS.map(([iri, label, kind, others]) => ({ iri, names: [label, ...others], kind, about: "" })),
];

function insertion(iri) {
  return (view, _completion, from, to) => {
    const text = view.state.doc.toString();
    const known = declared(text);
    const word = short(iri, { ...PREFIXES, ...known });
    const prefix = word.startsWith("<") ? [] : [word.split(":")[0]];
    const head = declaring(text, prefix);
    const shift = head && head.from <= from ? head.insert.length : 0;
    view.dispatch({ changes: [...(head ? [head] : []), { from, to, insert: word }], selection: { anchor: from + shift + word.length }, userEvent: "input.complete" });
  };
}

function option(entry, name, place) {
  const word = short(entry.iri);
  const detail = name === entry.names[0] ? `${entry.kind} · ${word}` : `${entry.kind} · ${entry.names[0]}`;
  return { label: name, detail, apply: insertion(entry.iri), boost: -place, info: entry.about || undefined };
}

// The start of a word, in any of the names, however many words are typed already.
function named(before) {
  const starts = [...before.matchAll(/(?<![\w:?$-])[A-Za-z]/g)].map((match) => match.index).slice(-WORDS);
  for (const start of starts) {
    const wanted = before.slice(start).toLowerCase();
    if (!/^[a-z][\w -]*$/.test(wanted)) continue;
    const found = [];
    for (const entry of KNOWN) {
      const ranks = entry.names.map((name) => rankOf(name.toLowerCase(), wanted));
      const best = Math.min(...ranks);
      if (best < 9) found.push({ entry, name: entry.names[ranks.indexOf(best)], rank: 2 * best + (best === ranks[0] ? 0 : 1) });
    }
    if (found.length) return { start, found: found.sort((one, other) => one.rank - other.rank || one.name.length - other.name.length || one.name.localeCompare(other.name)) };
  }
  return { start: before.length, found: [] };
}

function rankOf(name, wanted) {
  if (name === wanted) return 0;
  if (name.startsWith(wanted)) return 1;
  return new RegExp(`[\\s(-]${wanted.replace(/[-]/g, "\\-")}`).test(name) ? 2 : 9;
}

export function complete(context) {
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  if (/^\s*#/.test(before) || (before.replace(/\\./g, "").split('"').length - 1) % 2 || /<[^>\s]*$/.test(before)) return null;
  const text = context.state.doc.toString();
  const variable = before.match(/[?$]\w*$/);
  if (variable) {
    const rest = text.slice(0, context.pos - variable[0].length) + text.slice(context.pos);
    const names = [...new Set(rest.match(/[?$]\w+/g) || [])].sort();
    return { from: context.pos - variable[0].length, options: names.map((label) => ({ label, type: "variable" })), validFor: /^[?$]\w*$/ };
  }
  const prefixed = before.match(/(?<![\w?$<-])([A-Za-z][\w-]*)?:[\w-]*$/);
  if (prefixed) {
    const prefix = prefixed[1] || "";
    const namespace = declared(text)[prefix] || PREFIXES[prefix];
    const inside = KNOWN.filter(({ iri }) => namespace && iri.startsWith(namespace) && /^[A-Za-z][\w-]*$/.test(iri.slice(namespace.length)));
    const options = inside.map((entry) => ({ label: `${prefix}:${entry.iri.slice(namespace.length)}`, detail: `${entry.kind} · ${entry.names[0]}`, apply: insertion(entry.iri), info: entry.about || undefined }));
    return options.length ? { from: context.pos - prefixed[0].length, options, validFor: /^[\w-]*:[\w-]*$/ } : null;
  }
  const word = before.match(/(?<![\w:?$-])[A-Za-z][\w-]*$/);
  const { start, found } = named(before);
  if (!word && !found.length) return context.explicit ? { from: context.pos, options: KEYWORDS.map((label) => ({ label, type: "keyword" })) } : null;
  const options = found.slice(0, MOST).map(({ entry, name }, place) => option(entry, name, place));
  const from = found.length ? line.from + start : context.pos - word[0].length;
  if (word && from === context.pos - word[0].length) {
    const wanted = word[0].toLowerCase();
    const starting = (each) => each.toLowerCase().startsWith(wanted);
    options.unshift(...KEYWORDS.filter(starting).map((label) => ({ label, detail: "keyword" })),
      ...Object.keys(PREFIXES).filter((prefix) => prefix && starting(prefix)).map((prefix) => ({ label: `${prefix}:`, detail: PREFIXES[prefix] })));
  }
  return options.length ? { from, options, filter: false } : null;
}
