// The answer as a table that can be sorted, and as files.
import { labelFor } from "./asking.js";
import { short } from "./prefixes.js";

const AT_ONCE = 200;

const NUMBERS = /^(?:integer|decimal|double|float|int|long|nonNegativeInteger|positiveInteger)$/;
const isNumber = (cell) => cell?.type !== "uri" && cell?.datatype?.startsWith(PREFIXES.xsd) && NUMBERS.test(cell.datatype.slice(PREFIXES.xsd.length));

export function named(cell) {
  if (cell.type !== "uri") return cell.value;
  if (labelFor(cell.value)) return labelFor(cell.value);
  return cell.value.startsWith(NAMESPACE) ? cell.value.slice(NAMESPACE.length) : short(cell.value).replace(/^<|>$/g, "");
}

function content(cell, iris) {
  if (!cell) return document.createTextNode("");
  if (cell.type !== "uri") return document.createTextNode(cell.value);
  const text = iris ? cell.value : named(cell);
  if (!cell.value.startsWith(NAMESPACE)) return link(text, cell.value);
  const anchor = element("a", text);
  anchor.href = cell.value.slice(NAMESPACE.length) || ".";
  anchor.title = cell.value;
  return anchor;
}

const worth = (cell) => cell === undefined ? "" : isNumber(cell) ? Number(cell.value) : named(cell);

export function tableOf({ columns, rows }, { iris, caption }) {
  const sorted = [...rows];
  let shown = Math.min(AT_ONCE, sorted.length);
  const holder = element("div");
  const table = element("table", null, "answer");
  table.append(element("caption", caption, "hidden-text"));
  const head = table.createTHead().insertRow();
  const body = table.createTBody();
  const more = element("p", null, "row");
  const fill = () => {
    body.replaceChildren(...sorted.slice(0, shown).map((row) => {
      const line = element("tr");
      line.append(...columns.map((column) => {
        const cell = element("td", null, isNumber(row[column]) ? "number" : "");
        cell.append(content(row[column], iris));
        return cell;
      }));
      return line;
    }));
    const left = sorted.length - shown;
    more.replaceChildren(...(left ? [element("span", `${shown} of ${sorted.length} rows are shown.`), action(`Show ${Math.min(left, 5 * AT_ONCE)} more`, () => { shown = Math.min(sorted.length, shown + 5 * AT_ONCE); fill(); })] : []));
  };
  for (const column of columns) {
    const first = rows.find((row) => row[column]);
    const cell = element("th", null, first && isNumber(first[column]) ? "number" : "");
    cell.scope = "col";
    cell.append(action(column, () => {
      const down = cell.getAttribute("aria-sort") === "ascending";
      for (const each of head.children) each.removeAttribute("aria-sort");
      cell.setAttribute("aria-sort", down ? "descending" : "ascending");
      sorted.sort((one, other) => compared(worth(one[column]), worth(other[column])) * (down ? -1 : 1));
      fill();
    }, `Sort by ${column}`));
    head.append(cell);
  }
  fill();
  const scroll = element("div", null, "scroll");
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", "Rows of the answer");
  scroll.append(table);
  holder.append(scroll, more);
  return holder;
}

// As SPARQL 1.1 Query Results CSV: plain values, lines ended by CR LF.
export function csvOf({ columns, rows }) {
  const quoted = (text) => /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  const lines = rows.map((row) => columns.map((column) => quoted(row[column] ? (row[column].type === "bnode" ? "_:" : "") + row[column].value : "")));
  return [columns.map(quoted), ...lines].map((line) => `${line.join(",")}\r\n`).join("");
}

export function jsonOf({ columns, rows }) {
  return `${JSON.stringify({ head: { vars: columns }, results: { bindings: rows } }, null, 1)}\n`;
}
