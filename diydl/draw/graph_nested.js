// A layout with frames, as in nested.py: what is in a frame is laid out first and stands outside as one large box.

class FrameLayout {
  constructor(graph, frame) {
    Object.assign(this, { graph, frame });
    this.inner = new Map();
    graph.parents.forEach((parent, f) => { if (parent === frame) this.inner.set(f, new FrameLayout(graph, f)); });
    const members = graph.inside.flatMap((f, k) => (f === frame ? [`node ${k}`] : []));
    for (const f of this.inner.keys()) members.push(`frame ${f}`);
    this.links = this.findLinks();
    const enter = [...new Set(this.links.map(([a]) => a).filter((a) => a.startsWith("in ")))];
    const leave = [...new Set(this.links.map(([, b]) => b).filter((b) => b.startsWith("out ")))];
    this.items = [...enter, ...members, ...leave];
    const number = new Map(this.items.map((item, k) => [item, k]));
    this.layout = layered(
      this.items.map((item) => this.sizeOf(item)),
      this.links.map(([a, b]) => [number.get(a), number.get(b)]),
      this.links.map(([a, b, of]) => this.ports(a, b, of)),
      enter.map((item) => number.get(item)), leave.map((item) => number.get(item)),
    );
    this.measure(enter, leave, number);
  }

  findLinks() { // what goes to a frame, or out of this one, is drawn once for each source
    const links = [], shared = new Map();
    this.graph.edges.forEach(([a, b], k) => {
      let start = this.graph.member(a, this.frame), end = this.graph.member(b, this.frame);
      if (start === end) return;
      start ??= `in ${a}`;
      end ??= `out ${a}`;
      const key = `${start}|${end}|${a}`;
      if (end.startsWith("node")) links.push([start, end, [k]]);
      else if (shared.has(key)) shared.get(key).push(k);
      else {
        shared.set(key, [k]);
        links.push([start, end, shared.get(key)]);
      }
    });
    return links;
  }

  sizeOf(item) {
    const [kind, k] = item.split(" ");
    if (kind === "node") return this.graph.sizes[k];
    return kind === "frame" ? this.inner.get(Number(k)).size : [0, 4];
  }

  ports(start, end, of) {
    const source = this.graph.edges[of[0]][0];
    return [[start, "leaves"], [end, "enters"]].map(([item, side]) => {
      const [kind, k] = item.split(" ");
      if (kind !== "frame") return kind === "node" ? null : 0;
      const inner = this.inner.get(Number(k));
      return inner[side].get(source) - inner.size[1] / 2;
    });
  }

  measure(enter, leave, number) {
    let [along, across] = this.layout.size;
    if (this.frame === null) {
      Object.assign(this, { shift: [0, 0], size: [along, across] });
      return;
    }
    const title = this.graph.titles[this.frame], height = (item) => this.layout.places[number.get(item)][1];
    let before = PAD, after = PAD, low = BAR + PAD / 2, high = PAD;
    if (this.graph.flat) along = Math.max(along, title - 2 * PAD);
    else { // the title is at the top, where edges may enter: they pass beside it
      [before, after] = this.graph.direction === "TB" ? [BAR, PAD] : [PAD, BAR];
      const ports = [...enter, ...leave].map(height);
      low = Math.max(PAD, title - (ports.length ? Math.min(...ports) : title));
      high = Math.max(PAD, title - low - across);
    }
    this.shift = [before, low];
    this.size = [along + before + after, across + low + high];
    const ends = (items) => new Map(items.map((item) => [Number(item.split(" ")[1]), height(item) + low]));
    [this.enters, this.leaves] = [ends(enter), ends(leave)];
  }
}

function turnedPoint([u, v], direction, [length]) {
  const x = "RL BT".includes(direction) ? length - u : u;
  return ("LR RL".includes(direction) ? [x, v] : [v, x]).map(tidy);
}

// sizes: [width, height] of nodes; inside: frame of each node or null; frames: [parent or null, title]
function nested(sizes, edges, inside, frames, direction) {
  const flat = "LR RL".includes(direction), parents = frames.map(([parent]) => parent);
  const chains = inside.map((frame) => {
    const chain = [];
    for (let f = frame; f !== null; f = parents[f]) chain.push(f);
    return [...chain, null];
  });
  const whole = new FrameLayout({
    edges, inside, parents, direction, flat,
    sizes: flat ? sizes : sizes.map(([width, height]) => [height, width]),
    titles: frames.map(([, title]) => [...title].length * TITLE_LETTER + 2 * PAD),
    member(node, frame) {
      const k = chains[node].indexOf(frame);
      if (k < 0) return null;
      return k ? `frame ${chains[node][k - 1]}` : `node ${node}`;
    },
  }, null);
  const { size } = whole, places = [], boxes = [], pieces = [], todo = [[whole, [0, 0]]];
  const turn = (point) => turnedPoint(point, direction, size);
  const line = ([x, y], [u, v]) => [[x, y], [x + (u - x) / 3, y], [x + (2 * (u - x)) / 3, y], [u, v]];
  while (todo.length) {
    const [frame, corner] = todo.pop();
    if (frame.frame !== null) {
      const [x, y] = turn(corner), [u, v] = turn([corner[0] + frame.size[0], corner[1] + frame.size[1]]);
      boxes[frame.frame] = [Math.min(x, u), Math.min(y, v), tidy(Math.abs(u - x)), tidy(Math.abs(v - y))];
    }
    const [u, v] = [corner[0] + frame.shift[0], corner[1] + frame.shift[1]];
    frame.items.forEach((item, n) => {
      const [kind, k] = item.split(" "), [x, y] = frame.layout.places[n];
      if (kind === "node") places[k] = turn([u + x, v + y]);
      if (kind !== "frame") return;
      const inner = frame.inner.get(Number(k));
      todo.push([inner, [u + x - inner.size[0] / 2, v + y - inner.size[1] / 2]]);
    });
    frame.links.forEach(([start, end, of], n) => {
      let points = frame.layout.routes[n].map(([x, y]) => [u + x, v + y]);
      if (start.startsWith("in ")) points = [...line([corner[0], points[0][1]], points[0]).slice(0, 3), ...points];
      if (end.startsWith("out ")) {
        points = [...points, ...line(points.at(-1), [corner[0] + frame.size[0], points.at(-1)[1]]).slice(1)];
      }
      pieces.push([points.map(turn), of, end.startsWith("node")]);
    });
  }
  const [width, height] = size.map(tidy);
  return { places, boxes, pieces, size: flat ? [width, height] : [height, width] };
}
