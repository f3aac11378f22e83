// Which prefixes a query uses, declares and lacks.

const HIDDEN = /"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>"{}|^`\\\s]*>|#[^\n]*/g;
const blanked = (text) => text.replace(HIDDEN, (hidden) => " ".repeat(hidden.length));

export function declared(text) {
  const found = {};
  for (const [, prefix, iri] of text.matchAll(/\bPREFIX\s+([\w.-]*):\s*<([^<>\s]*)>/gi)) found[prefix] = iri;
  return found;
}

export function missing(text, more = []) {
  const known = declared(text);
  const used = new Set(more);
  for (const [, prefix] of blanked(text).matchAll(/(?<![\w?$:.-])([A-Za-z][\w-]*|):(?=[A-Za-z_\d])/g)) used.add(prefix);
  return [...used].filter((prefix) => !(prefix in known) && prefix in PREFIXES).sort();
}

// The change that declares what is missing, above the first line that is neither a comment nor empty.
export function declaring(text, more) {
  const lacking = missing(text, more);
  if (!lacking.length) return null;
  const from = text.match(/^(?:[ \t]*(?:#[^\n]*)?\n)*/)[0].length;
  return { from, insert: `${lacking.map((prefix) => `PREFIX ${prefix}: <${PREFIXES[prefix]}>`).join("\n")}\n` };
}

export function short(iri, known = PREFIXES) {
  for (const [prefix, namespace] of Object.entries(known)) {
    if (iri.startsWith(namespace) && /^[A-Za-z][\w-]*$/.test(iri.slice(namespace.length))) return `${prefix}:${iri.slice(namespace.length)}`;
  }
  return `<${iri}>`;
}
