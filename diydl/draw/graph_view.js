// What of a graph is seen when some of its groups are closed, as in view.py, and the words of it, as in svg.py.
//
// A graph is { nodes: [{ label, kind, shape, notes, group }], edges, groups: [{ label, parent, note, copies, times, carried, kind }],
// looks: { kind: [word, colour, outline] } }; states: { group: "closed" | "one" | "open" }.

const LETTER = 0.61, BIG = 13, SMALL = 12, LINE = 17, LONGEST = 34;

function around(graph, group) {
  const chain = [];
  for (let g = group; g !== null; g = graph.groups[g].parent) chain.unshift(g);
  return chain;
}

const titleOf = (group) => group.label + (group.times > 1 ? ` × ${group.times.toLocaleString("en-US")}` : "");

function topological(count, edges) {
  const inputs = Array.from({ length: count }, () => []), order = [], seen = Array(count).fill(false);
  for (const [a, b] of edges) inputs[b].push(a);
  for (let root = 0; root < count; root += 1) {
    const stack = [[root, false]];
    while (stack.length) {
      const [k, done] = stack.pop();
      if (done) order.push(k);
      else if (!seen[k]) {
        seen[k] = true;
        stack.push([k, true], ...inputs[k].map((a) => [a, false]).reverse());
      }
    }
  }
  return order;
}

function standIns(graph, states) { // for each node what stands for it, and which copy it is of
  const twin = new Map();
  graph.groups.forEach((group, g) => {
    if (states[g] !== "one") return;
    twin.set(g, new Map(group.copies.flatMap((copy, c) => copy.map((k, n) => [k, [c, group.copies[0][n]]]))));
  });
  return graph.nodes.map((_, node) => {
    const copies = new Map();
    for (let k = node, moved = true; ;) {
      moved = false;
      for (const g of around(graph, graph.nodes[k].group)) {
        if (states[g] === "closed") return [`group ${g}`, copies];
        if (!twin.has(g) || copies.has(g) || !twin.get(g).has(k)) continue;
        const [c, first] = twin.get(g).get(k);
        copies.set(g, c);
        moved = first !== k;
        k = first;
        if (moved) break;
      }
      if (!moved) return [`node ${k}`, copies];
    }
  });
}

function seenEdges(graph, stands) {
  const found = [], edges = [];
  for (const [a, b] of graph.edges) {
    const [start, copies] = stands[a], [end, others] = stands[b];
    const hidden = [...copies.keys()].some((g) => others.has(g) && (copies.get(g) || others.get(g)));
    if (start !== end && !hidden) found.push([start, end, start === `node ${a}` && end === `node ${b}`]);
  }
  const seen = new Set(found.filter(([, , own]) => own).map(([start, end]) => `${start}|${end}`));
  for (const [start, end, own] of found) {
    if (own || !seen.has(`${start}|${end}`)) edges.push([start, end]);
    seen.add(`${start}|${end}`);
  }
  return edges;
}

function outShapes(graph, stands) { // the shape of what comes out of a group, where it is one
  const out = new Map();
  const add = (stand, k) => out.set(stand, (out.get(stand) ?? new Set()).add(graph.nodes[k].shape));
  for (const [a, b] of graph.edges) if (stands[a][0] !== stands[b][0]) add(stands[a][0], a);
  graph.nodes.forEach((node, k) => { if (node.kind === "result") add(stands[k][0], k); });
  return out;
}

// Returns { names, nodes, edges, inside, frames: [[group, parent, title]] }.
function view(graph, states) {
  const stands = standIns(graph, states), edges = seenEdges(graph, stands), shapes = outShapes(graph, stands);
  const unsorted = [...new Set(stands.map(([name]) => name))];
  let place = new Map(unsorted.map((name, k) => [name, k]));
  const order = topological(unsorted.length, edges.map(([a, b]) => [place.get(a), place.get(b)]));
  const names = order.map((k) => unsorted[k]), frames = new Map();
  place = new Map(names.map((name, k) => [name, k]));
  const results = new Set(stands.filter(([name], k) => graph.nodes[k].kind === "result").map(([name]) => name));
  const inside = names.map((name) => {
    const [kind, k] = name.split(" ");
    let parent = null;
    for (const g of around(graph, kind === "group" ? graph.groups[k].parent : graph.nodes[k].group)) {
      if (states[graph.groups[g].parent] === "one") continue; // the frame of all copies is enough
      if (!frames.has(g)) frames.set(g, [frames.size, parent]);
      [parent] = frames.get(g);
    }
    return parent;
  });
  const handedOn = new Map(graph.groups.flatMap((group, g) => (states[g] === "one"
    ? group.carried.map((k) => [stands[k][0], `to the next ${group.label}`]) : [])));
  const nodes = names.map((name) => {
    const [kind, k] = name.split(" "), more = handedOn.has(name) ? [handedOn.get(name)] : [];
    if (kind === "node") {
      const node = graph.nodes[k];
      return { ...node, kind: results.has(name) ? "result" : node.kind, notes: [...node.notes, ...more] };
    }
    const group = graph.groups[k], shape = shapes.get(name);
    return { label: titleOf(group), kind: group.kind, shape: shape?.size === 1 ? [...shape][0] : null,
      notes: [...(group.note ? [group.note] : []), ...more] };
  });
  return { names, nodes, inside, edges: edges.map(([a, b]) => [place.get(a), place.get(b)]),
    frames: [...frames].map(([g, [, parent]]) => [g, parent,
      titleOf(graph.groups[g]) + (states[g] === "one" ? ", one shown" : "")]) };
}

const notesOf = (node, shown) => node.notes.filter(
  (note) => !["value", "gradient"].includes(note.split(" ")[0]) || shown.includes(note.split(" ")[0]));

function linesOf(graph, node, shown) {
  const [word] = graph.looks[node.kind], shape = node.shape !== null && shown.includes("shape") ? node.shape : "";
  const second = [word === node.label ? "" : word, shape].filter(Boolean).join(" ");
  const notes = notesOf(node, shown).flatMap((note) => note.split("\n"));
  return [node.label, ...(second ? [second] : []), ...notes].map(
    (line) => ([...line].length <= LONGEST ? line : `${[...line].slice(0, LONGEST - 1).join("")}…`));
}

function sizeOf(lines) {
  const widths = lines.map((line, k) => [...line].length * (k ? SMALL : BIG));
  return [Math.max(54, Math.ceil(LETTER * Math.max(...widths)) + 22), LINE * lines.length + 10];
}

function inputsOf(seen, k) {
  const inputs = seen.edges.filter(([, b]) => b === k).map(([a]) => `${seen.nodes[a].label} (${a + 1})`);
  return inputs.length ? `from ${[inputs.slice(0, -1).join(", "), inputs.at(-1)].filter(Boolean).join(" and ")}` : "";
}

function placeOf(seen, k) {
  const where = [];
  for (let f = seen.inside[k]; f !== null; [, f] = seen.frames[f]) where.push(seen.frames[f][2]);
  return where.length ? `in ${where.join(" in ")}` : "";
}

// What is said of node k: its kind, its inputs, what it holds, where it stands.
function sayOf(graph, seen, k, shown) {
  const node = seen.nodes[k], [word] = graph.looks[node.kind], parts = [word === node.label ? "" : word, inputsOf(seen, k)];
  if (node.shape !== null && shown.includes("shape")) parts.push(`shape ${node.shape}`);
  parts.push(...notesOf(node, shown).map((note) => note.replaceAll("\n", " ")));
  const said = parts.filter(Boolean).join(", "), where = placeOf(seen, k);
  return node.label + (said ? `: ${said}` : "") + (where ? `, ${where}` : "");
}

// The same, beginning with what stands in the box, as the accessible name of something one sees should.
const nameOf = (seen, k, lines) => [lines.join(" "), `node ${k + 1}`, inputsOf(seen, k), placeOf(seen, k)].filter(Boolean).join(", ");
