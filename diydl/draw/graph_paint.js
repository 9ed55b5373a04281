// A view laid out as SVG text, as in svg.py; what is dragged stands elsewhere, with edges of its own.

const EDGE = 8;
const FONT = "ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace";
const escaped = (text) => String(text).replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
const at = ([x, y]) => `${tidy(x)},${tidy(y)}`;

function curveOf(route) {
  let text = `M${at(route[0])}`;
  for (let k = 1; k < route.length - 2; k += 3) text += `C${route.slice(k, k + 3).map(at).join(" ")}`;
  return text;
}

function edgeText(route, classes, arrow) {
  const open = `<g class="edge ${classes}" stroke="currentColor" fill="currentColor">`;
  if (!arrow) return `${open}<path d="${curveOf(route)}" fill="none"/></g>`;
  const [u, v] = route.at(-1);
  const back = route.slice(0, -1).reverse().find(([p, q]) => Math.hypot(u - p, v - q) > 1) ?? route.at(-2);
  const length = Math.hypot(u - back[0], v - back[1]) || 1, c = (u - back[0]) / length, s = (v - back[1]) / length;
  const neck = [u - 6 * c, v - 6 * s], [x, y] = route.at(-2);
  const bend = (x - neck[0]) * c + (y - neck[1]) * s > 0 ? neck : [x, y];
  const head = [[u, v], [u - 8 * c - 4 * s, v - 8 * s + 4 * c], [u - 8 * c + 4 * s, v - 8 * s - 4 * c]];
  return `${open}<path d="${curveOf([...route.slice(0, -2), bend, neck])}" fill="none"/>`
    + `<path d="M${head.map(at).join("L")}Z" stroke="none"/></g>`;
}

function outlineText(outline, x, y, width, height, look) {
  if (outline === "cut") {
    const right = x + width, low = y + height;
    const corners = [[x + 8, y], [right, y], [right, low - 8], [right - 8, low], [x, low], [x, y + 8]];
    return `<path d="M${corners.map(at).join("L")}Z" ${look}/>`;
  }
  const extra = { box: 'rx="2"', dashed: 'rx="2" stroke-dasharray="6 3"', round: `rx="${Math.min(18, height / 2)}"`,
    plain: 'rx="2" stroke-dasharray="1.5 4"', stack: 'rx="6"' }[outline];
  const behind = outline === "stack"
    ? `<path d="M${x + 5},${y}v-4h${width}v${height}h-5" ${look.replace("fill-opacity", "data-fill")} fill-opacity="0"/>` : "";
  return `${behind}<rect x="${x}" y="${y}" width="${width}" height="${height}" ${extra} ${look}/>`;
}

function nodeText(k, [x, y], [width, height], lines, [, colour, outline], marks, attributes) {
  const look = `class="frame" fill="${colour}" fill-opacity=".18" stroke="${colour}" stroke-width="2" `
    + `style="stroke:color-mix(in srgb,${colour} 78%,currentColor)"`;
  const top = y - (LINE * (lines.length - 1)) / 2 + 4.5;
  const words = lines.map((line, n) => `<text x="${tidy(x)}" y="${tidy(top + LINE * n)}" text-anchor="middle" fill="currentColor" `
    + `font-size="${n ? SMALL : BIG}"${n ? "" : ' font-weight="bold"'}>${escaped(line)}</text>`);
  return `<g class="node n${k} ${marks}" ${attributes}>`
    + `${outlineText(outline, tidy(x - width / 2), tidy(y - height / 2), width, height, look)}${words.join("\n")}</g>`;
}

function frameText(n, [x, y, width, height], group, title, attributes) {
  const stack = group.copies.length
    ? `<path d="M${x + 8},${y - 4}h${width - 4}v${height - 4}" fill="none" stroke="currentColor" stroke-opacity=".45"/>` : "";
  return `<g class="f">${stack}<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" fill="currentColor" `
    + `stroke="currentColor" stroke-opacity=".45" fill-opacity=".04"/><g class="title" data-frame="${n}" ${attributes}>`
    + `<rect x="${x + 4}" y="${y + 3}" width="${[...title].length * TITLE_LETTER + 14}" height="20" rx="4" fill="transparent"/>`
    + `<text x="${x + 12}" y="${y + 17}" fill="currentColor" font-size="${SMALL}" font-weight="bold">${escaped(title)}</text></g></g>`;
}

// Where a line between the middles of two boxes leaves the first.
function border([x, y], [width, height], [u, v]) {
  const dx = u - x, dy = v - y, scale = Math.min(width / 2 / (Math.abs(dx) || 1e-9), height / 2 / (Math.abs(dy) || 1e-9));
  return [x + dx * scale, y + dy * scale];
}

function straightRoute(from, fromSize, to, toSize) {
  const a = border(from, fromSize, to), b = border(to, toSize, from);
  return [a, [a[0] + (b[0] - a[0]) / 3, a[1] + (b[1] - a[1]) / 3], [a[0] + (2 * (b[0] - a[0])) / 3, a[1] + (2 * (b[1] - a[1])) / 3], b];
}

// moved: { name of a node: [dx, dy] }. Returns the layout with all that was dragged.
function dragged(seen, layout, sizes, moved) {
  const places = layout.places.map(([x, y], k) => [x + (moved[seen.names[k]]?.[0] ?? 0), y + (moved[seen.names[k]]?.[1] ?? 0)]);
  const loose = new Set(seen.edges.flatMap(([a, b], k) => (moved[seen.names[a]] || moved[seen.names[b]] ? [k] : [])));
  const pieces = layout.pieces.filter(([, of]) => of.some((k) => !loose.has(k)));
  for (const k of loose) {
    const [a, b] = seen.edges[k];
    pieces.push([straightRoute(places[a], sizes[a], places[b], sizes[b]), [k], true]);
  }
  const boxes = layout.boxes.map((box) => [...box]);
  for (let f = boxes.length - 1; f >= 0; f -= 1) { // a frame grows with what is dragged out of it
    const inner = seen.inside.flatMap((g, k) => (g === f ? [[places[k][0] - sizes[k][0] / 2 - 8, places[k][1] - sizes[k][1] / 2 - 8,
      sizes[k][0] + 16, sizes[k][1] + 16]] : []));
    seen.frames.forEach(([, parent], g) => { if (parent === f) inner.push(boxes[g]); });
    boxes[f] = boundsOf(boxes[f], inner);
  }
  const [left, top, width, height] = boundsOf([0, 0, ...layout.size], [...boxes,
    ...places.map(([x, y], k) => [x - sizes[k][0] / 2, y - sizes[k][1] / 2, ...sizes[k]])]);
  return { places, pieces, boxes, corner: [left, top], size: [width, height] };
}

function boundsOf(box, others) {
  const all = [box, ...others], left = Math.min(...all.map(([x]) => x)), top = Math.min(...all.map(([, y]) => y));
  return [left, top, Math.max(...all.map(([x, , w]) => x + w)) - left, Math.max(...all.map(([, y, , h]) => y + h)) - top].map(tidy);
}
