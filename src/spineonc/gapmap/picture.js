// The map as it is in sight, as a picture and as a list.

function escaped(text) {
  return String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const colorOf = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function svgText() {
  const [left, top, wide, high] = [300, 210, 56, 46];
  const [width, height] = [left + cols.length * wide + 140, top + rows.length * high + 78];
  const [ink, soft, paper, line, tint, edge] = ["--ink", "--soft", "--paper", "--line", "--tint", "--edge"].map(colorOf);
  const text = (x, y, words, more = "") => `<text x="${x}" y="${y}" fill="${ink}"${more}>${escaped(words)}</text>`;
  const short = (words, most) => words.length > most ? `${words.slice(0, most - 1)}…` : words;
  const parts = [];
  cols.forEach((col, n) => parts.push(`<text transform="translate(${left + n * wide + wide / 2 + 4} ${top - 8}) rotate(-50)" fill="${ink}" font-size="12">${escaped(short("› ".repeat(col.depth) + NAMES[col.id], 40))}</text>`));
  rows.forEach((row, m) => {
    const y = top + m * high;
    if (m % 2) parts.push(`<rect x="0" y="${y}" width="${left + cols.length * wide}" height="${high}" fill="${tint}"/>`);
    parts.push(text(10 + row.depth * 12, y + high / 2 + 4, short(NAMES[row.id], 44 - row.depth * 2), ' font-size="12"'));
    cols.forEach((col, n) => {
      const [cell, x] = [cells[m][n], left + n * wide + wide / 2];
      if (!cell.studies.size) {
        parts.push(`<text x="${x}" y="${y + high / 2 + 4}" text-anchor="middle" fill="${soft}" font-size="12">–</text>`);
        return;
      }
      const r = diameterOf(cell) / 2;
      parts.push(`<circle cx="${x}" cy="${y + 18}" r="${r}" fill="${colorOf(`--best${cell.rank}`)}" stroke="${edge}"${cell.reviews.size ? "" : ' stroke-width="1.5" stroke-dasharray="3 2"'}><title>${escaped(`${NAMES[col.id]} for ${NAMES[row.id]}: ${wordsOf(cell)}`)}</title></circle>`);
      if (cell.reviews.size) parts.push(`<circle cx="${x}" cy="${y + 18}" r="${r + 2.5}" fill="none" stroke="${edge}"/>`);
      parts.push(`<text x="${x}" y="${y + high - 3}" text-anchor="middle" fill="${ink}" font-size="11">${amountOf(cell) || "?"} ${CERTAINTY[cell.rank].sign}</text>`);
    });
    parts.push(`<line x1="0" x2="${left + cols.length * wide}" y1="${y + high}" y2="${y + high}" stroke="${line}"/>`);
  });
  const y = top + rows.length * high + 24;
  parts.push(text(10, y, `Size and number: ${state.size}. Color and sign: best certainty (++++ high to + very low). Ring: with reviews; dashed: synthesis gap. –: no evidence found in this graph.`, ' font-size="12"'),
    text(10, y + 18, `${byId("count").textContent}${narrowed() ? ", filtered" : ""}. Data: ${DATA}. ${DISCLAIMER}`, ' font-size="12"'));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${Math.max(width, 1000)} ${height}" width="${Math.max(width, 1000)}" height="${height}" font-family="system-ui, sans-serif"><title>${escaped(TITLE)}</title><rect width="100%" height="100%" fill="${paper}"/>${text(10, 26, TITLE, ' font-size="18" font-weight="600"')}${parts.join("")}</svg>\n`;
}

async function drawnPicture(scale = 2) {
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText())}`;
  await picture.decode();
  const canvas = element("canvas");
  const fits = Math.min(scale, 16000 / picture.width, 16000 / picture.height);
  [canvas.width, canvas.height] = [picture.width * fits, picture.height * fits];
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas;
}

async function savePng() {
  (await drawnPicture()).toBlob((blob) => download("gapmap.png", "image/png", blob));
}

function csvText() {
  const lines = rows.flatMap((row, m) => cols.map((col, n) => {
    const cell = cells[m][n];
    return [NAMES[row.id], NAMES[col.id], cell.studies.size, cell.patients ?? "", cell.rank ? CERTAINTY[cell.rank].label : "", cell.reviews.size, gapOf(cell)];
  }));
  return separated([["tumor", "treatment", "studies", "patients", "certainty", "reviews", "gap"], ...lines], ",");
}
