// The page is complete without this: here tables learn to sort and to be copied, and all parts to open at once.

const sortValue = (row, at) => {
  const cell = row.cells[at];
  const text = cell.dataset.sort || cell.firstChild?.textContent || "";
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
};

function headings(table) {
  [...table.tHead.rows[0].cells].forEach((head, at) => {
    head.replaceChildren(action(head.textContent, () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const each of table.tHead.rows[0].cells) each.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...table.tBodies[0].rows];
      rows.sort((one, other) => compared(sortValue(one, at), sortValue(other, at)) * (down ? -1 : 1));
      table.tBodies[0].append(...rows);
    }, `Sort by ${head.textContent}`));
  });
}

function linesOf(table) {
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  const rows = [...table.tBodies[0].rows].map((row) => [
    ...[...row.cells].map((cell) => cell.firstChild?.textContent ?? ""), row.querySelector(".soft").textContent, row.dataset.citation, row.querySelector("a")?.href ?? ""]);
  return [[...heads, "Notes", "Citation", "Address"], ...rows];
}

for (const table of document.querySelectorAll("table.findings")) {
  headings(table);
  const said = element("span", "", "soft");
  said.setAttribute("role", "status");
  const tools = element("div", null, "row no-print");
  tools.append(action("Copy table", async () => { said.textContent = await copied(separated(linesOf(table), "\t")) ? "Copied." : "Copying is not allowed here; use CSV."; }),
    action("CSV", () => download("findings.csv", "text/csv", separated(linesOf(table), ","))), said);
  table.parentNode.after(tools);
}

const parts = [...document.querySelectorAll("details.summary")];
const openAll = (open) => parts.forEach((part) => { part.open = open; });
const theme = action("Dark", () => undefined);
theme.id = "theme";
if (parts.length) byId("tools").append(action("Open all", () => openAll(true)), action("Close all", () => openAll(false)));
byId("tools").append(action("Print", () => window.print()), theme);
setUpTheme();
addEventListener("beforeprint", () => openAll(true));
