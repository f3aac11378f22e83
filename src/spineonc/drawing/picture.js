// The view as a picture: what is on the stage, with title and source.

const caption = () => `${TITLE} – ${byId("count").textContent}. Reference information, not medical advice.`;

function drawnPicture(scale = 2) {
  const source = document.querySelector("#graph canvas");
  const canvas = element("canvas");
  canvas.width = source.clientWidth * scale;
  canvas.height = (source.clientHeight + 24) * scale;
  const pen = canvas.getContext("2d");
  pen.fillStyle = paper();
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(source, 0, 0, source.clientWidth * scale, source.clientHeight * scale);
  pen.fillStyle = ink();
  pen.font = `${12 * scale}px system-ui, sans-serif`;
  pen.fillText(caption(), 8 * scale, (source.clientHeight + 16) * scale);
  return canvas;
}

function savePng() {
  drawnPicture().toBlob((blob) => download("spineonc.png", "image/png", blob));
}

const OUTLINES = {
  dot: (x, y, r) => `<circle cx="${x}" cy="${y}" r="${r}"`,
  square: (x, y, r) => `<rect x="${x - r}" y="${y - r}" width="${2 * r}" height="${2 * r}"`,
  triangle: (x, y, r) => `<path d="M${x} ${y - r}L${x + r} ${y + r}L${x - r} ${y + r}z"`,
  diamond: (x, y, r) => `<path d="M${x} ${y - r}L${x + r} ${y}L${x} ${y + r}L${x - r} ${y}z"`,
  hexagon: (x, y, r) => `<path d="M${x - r / 2} ${y - r}H${x + r / 2}L${x + r} ${y}L${x + r / 2} ${y + r}H${x - r / 2}L${x - r} ${y}z"`,
};

function escaped(text) {
  return String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

function svgText() {
  const [wide, high] = [byId("graph").clientWidth, byId("graph").clientHeight];
  const scale = network.getScale();
  const at = (id) => network.canvasToDOM(network.getPosition(id));
  const lines = edges.get().map((edge) => {
    const [from, to] = [at(edge.from), at(edge.to)];
    const dashes = edge.dashes ? ` stroke-dasharray="${edge.dashes.join(" ")}"` : "";
    const color = edge.color.color || edge.color;
    return `<line x1="${from.x.toFixed(1)}" y1="${from.y.toFixed(1)}" x2="${to.x.toFixed(1)}" y2="${to.y.toFixed(1)}" stroke="${color}" stroke-opacity="${edge.color.opacity ?? 1}" stroke-width="${(edge.width * scale).toFixed(2)}"${dashes}/>`;
  });
  const marks = nodes.get().map((node) => {
    const { x, y } = at(node.id);
    const r = node.size * scale;
    const size = (node.font?.size || 13) * scale;
    const text = !node.label ? "" : `<text x="${x.toFixed(1)}" y="${(y + r + size).toFixed(1)}" font-size="${size.toFixed(1)}" text-anchor="middle" fill="${ink()}" fill-opacity="${node.opacity ?? 1}">${escaped(node.label)}</text>`;
    return `${OUTLINES[node.shape](Number(x.toFixed(1)), Number(y.toFixed(1)), Number(r.toFixed(1)))} fill="${node.color}" fill-opacity="${node.opacity ?? 1}"><title>${escaped(node.name)}</title>${OUTLINES[node.shape](0, 0, 0).slice(0, 5) === "<circ" ? "</circle>" : node.shape === "square" ? "</rect>" : "</path>"}${text}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${wide} ${high + 24}" width="${wide}" height="${high + 24}" font-family="system-ui, sans-serif"><title>${escaped(TITLE)}</title><rect width="100%" height="100%" fill="${paper()}"/>${lines.join("")}${marks.join("")}<text x="8" y="${high + 16}" font-size="12" fill="${ink()}">${escaped(caption())}</text></svg>\n`;
}
