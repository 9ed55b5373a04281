// Where the nodes of a graph stand and how its edges run: layers.py, across.py, layout.py and nested.py once more, for a
// picture that is folded in the browser. Sizes are [along, across]; all is reckoned from left to right, then turned.

const GAP = 38, PORT_GAP = 20, APART = 16, SWEEPS = 16, PAD = 12, BAR = 24, TITLE_LETTER = 7.4, WIDE = 80;
const total = (numbers) => numbers.reduce((sum, x) => sum + x, 0);
const tidy = (x) => Math.round(x * 10) / 10;

function levelsOf(count, edges, first, last) {
  const after = Array.from({ length: count }, () => []), waiting = Array(count).fill(0), levels = Array(count).fill(0);
  for (const [a, b] of edges) { after[a].push(b); waiting[b] += 1; }
  const leaves = [...waiting.keys()].filter((k) => !waiting[k]), ready = [...leaves];
  for (const k of ready) {
    for (const b of after[k]) {
      levels[b] = Math.max(levels[b], levels[k] + 1);
      waiting[b] -= 1;
      if (!waiting[b]) ready.push(b);
    }
  }
  for (const k of leaves) {
    if (!first.includes(k)) levels[k] = (after[k].length ? Math.min(...after[k].map((b) => levels[b])) : 1) - 1;
  }
  const end = Math.max(0, ...levels);
  for (const k of last) levels[k] = end;
  return levels;
}

class Layers {
  constructor(sizes, edges, ports, first, last) {
    Object.assign(this, { levels: levelsOf(sizes.length, edges, first, last), sizes: [...sizes], count: sizes.length, ports });
    this.paths = [];
    this.after = sizes.map(() => []);
    edges.forEach(([a, b], k) => this.lead(a, b, ports[k]));
    this.before = this.sizes.map(() => []);
    this.after.forEach((links, source) => links.forEach(([target, arrive, leave]) => this.before[target].push([source, leave, arrive])));
    this.layers = Array.from({ length: Math.max(-1, ...this.levels) + 1 }, () => []);
    for (const item of this.walk()) this.layers[this.levels[item]].push(item);
  }

  lead(a, b, port) { // an edge over several layers gets a slim item in each
    const path = [a];
    for (let level = this.levels[a] + 1; level < this.levels[b]; level += 1) {
      path.push(this.sizes.length);
      this.sizes.push([0, 4]);
      this.levels.push(level);
      this.after.push([]);
    }
    path.push(b);
    this.paths.push(path);
    path.slice(1).forEach((target, k) => this.after[path[k]].push(
      [target, target === b ? port[1] ?? 0 : 0, path[k] === a ? port[0] ?? 0 : 0]));
  }

  walk() {
    const into = this.sizes.map(() => []), seen = new Set(), stack = [...Array(this.count).keys()];
    for (const path of this.paths) path.slice(1).forEach((target, k) => into[target].push(path[k]));
    while (stack.length) {
      const item = stack.pop();
      if (seen.has(item)) continue;
      seen.add(item);
      stack.push(...[...into[item]].reverse());
    }
    return seen;
  }

  places() { return new Map(this.layers.flatMap((layer) => layer.map((item, k) => [item, k]))); }

  at(item, offset, place) { return place.get(item) + (offset ? (0.9 * offset) / this.sizes[item][1] : 0); }

  order(sweeps = 12) { // by the barycentres of the neighbours; the best of all sweeps stays
    let best = this.layers.map((layer) => [...layer]), fewest = this.crossings();
    for (let sweep = 0; sweep < sweeps && fewest; sweep += 1) {
      const forward = sweep % 2 === 0, place = this.places();
      for (const layer of forward ? this.layers : [...this.layers].reverse()) {
        const wish = new Map(layer.map((item) => {
          const near = (forward ? this.before : this.after)[item];
          return [item, near.length ? total(near.map(([n, offset]) => this.at(n, offset, place))) / near.length : place.get(item)];
        }));
        layer.sort((a, b) => wish.get(a) - wish.get(b));
        layer.forEach((item, k) => place.set(item, k));
      }
      const crossings = this.crossings();
      if (crossings < fewest) [best, fewest] = [this.layers.map((layer) => [...layer]), crossings];
    }
    this.layers = best;
  }

  crossings() {
    const place = this.places();
    let count = 0;
    for (const layer of this.layers) {
      const ends = layer.flatMap((item) => this.after[item].map(
        ([target, arrive, leave]) => [this.at(item, leave, place), this.at(target, arrive, place)]));
      ends.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      ends.forEach(([, end], k) => { for (let n = 0; n < k; n += 1) count += ends[n][1] > end; });
    }
    return count;
  }
}

function spread(grid) { // how far across each item stands
  const across = new Map(), { layers, before, after, sizes, count } = grid;
  const apart = (a, b) => (sizes[a][1] + sizes[b][1]) / 2 + APART * (a >= count || b >= count ? 0.75 : 1);
  const stiffness = (...ends) => (ends.every((end) => before[end].length)
    ? [20, 30, 60][ends.filter((end) => end >= count).length] : 1);
  const settle = (layer, wishes, weights) => { // as near to the wishes as order and distances allow
    let offset = 0;
    const offsets = layer.map((item, k) => (offset += k ? apart(layer[k - 1], item) : 0)), pools = [];
    layer.forEach((_, k) => {
      pools.push([weights[k] * (wishes[k] - offsets[k]), weights[k], 1]);
      while (pools.length > 1 && pools.at(-2)[0] * pools.at(-1)[1] > pools.at(-1)[0] * pools.at(-2)[1]) {
        pools.pop().forEach((x, n) => { pools.at(-1)[n] += x; });
      }
    });
    pools.flatMap(([sum, weight, members]) => Array(members).fill(sum / weight))
      .forEach((value, k) => across.set(layer[k], value + offsets[k]));
  };
  for (const layer of layers) settle(layer, layer.map(() => 0), layer.map(() => 1));
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const forward = sweep % 2 === 0;
    for (const layer of forward ? layers : [...layers].reverse()) {
      const wishes = [], weights = [];
      for (const item of layer) {
        const both = [...before[item], ...after[item]], side = (forward ? before : after)[item];
        const near = sweep >= SWEEPS - 2 || !side.length ? both : side;
        const pull = near.length ? near.map(([n]) => stiffness(item, n)) : [1];
        const at = near.length ? near.map(([n, there, here]) => across.get(n) + there - here) : [across.get(item)];
        weights.push(total(pull));
        wishes.push(total(pull.map((p, k) => p * at[k])) / total(pull));
      }
      settle(layer, wishes, weights);
    }
  }
  const freedom = (item) => {
    const layer = layers[grid.levels[item]], k = layer.indexOf(item);
    return [k ? across.get(layer[k - 1]) + apart(layer[k - 1], item) : -Infinity,
      k + 1 < layer.length ? across.get(layer[k + 1]) - apart(item, layer[k + 1]) : Infinity];
  };
  grid.paths.forEach((path, edge) => { // run long edges straight where the nodes beside them allow it
    let rest = path.slice(1, -1);
    while (rest.length) {
      let low = -Infinity, high = Infinity;
      const run = [];
      for (const item of rest) {
        const [least, most] = freedom(item);
        if (Math.max(low, least) > Math.min(high, most)) break;
        [low, high] = [Math.max(low, least), Math.min(high, most)];
        run.push(item);
      }
      const side = run.length === rest.length ? 1 : 0;
      const wish = across.get(side ? path.at(-1) : path[0]) + (grid.ports[edge][side] ?? 0);
      for (const item of run) across.set(item, Math.min(Math.max(wish, low), high));
      rest = rest.slice(run.length || 1);
    }
  });
  return across;
}

function layered(sizes, edges, ports = edges.map(() => [null, null]), first = [], last = []) {
  if (!sizes.length) return { places: [], routes: [], size: [0, 0] };
  const grid = new Layers(sizes, edges, ports, first, last);
  grid.order();
  const across = spread(grid), { layers, levels, paths } = grid, items = layers.flat();
  const low = Math.min(...items.map((i) => across.get(i) - grid.sizes[i][1] / 2));
  for (const i of items) across.set(i, across.get(i) - low);
  const high = Math.max(...items.map((i) => across.get(i) + grid.sizes[i][1] / 2));
  const ends = [0, 1].map((side) => { // where each edge leaves and arrives, spread over the sides
    const users = new Map(), found = [];
    paths.forEach((path, k) => {
      const item = side ? path.at(-1) : path[0], other = side ? path.at(-2) : path[1];
      const offset = path.length === 2 ? ports[k][1 - side] ?? 0 : 0;
      users.set(item, [...(users.get(item) ?? []), [across.get(other) + offset, k]]);
    });
    for (const [item, list] of users) {
      const step = Math.min(12, (0.7 * grid.sizes[item][1]) / list.length);
      list.sort((a, b) => a[0] - b[0] || a[1] - b[1]).forEach(([, k], n) => {
        found[k] = across.get(item) + (ports[k][side] ?? step * (n - (list.length - 1) / 2));
      });
    }
    return found;
  });
  const wide = layers.map((layer) => Math.max(0, ...layer.map((i) => grid.sizes[i][0])));
  const rise = wide.map(() => 0);
  paths.forEach((path, k) => {
    const heights = [ends[0][k], ...path.slice(1, -1).map((i) => across.get(i)), ends[1][k]];
    path.slice(0, -1).forEach((item, n) => {
      rise[levels[item]] = Math.max(rise[levels[item]], Math.abs(heights[n + 1] - heights[n]));
    });
  });
  const starts = [], stops = [];
  wide.forEach((width, n) => {
    const gap = width && (wide[n + 1] ?? 1) ? GAP : PORT_GAP;
    starts.push(n ? stops[n - 1] + starts.gap : 0);
    stops.push(starts[n] + width);
    starts.gap = gap + Math.min(60, Math.max(0, rise[n] - 40) / 3);
  });
  const middle = (item) => { // beside a wide frame, what has no inputs stands near its users, and the other way round
    const start = starts[levels[item]], stop = stops[levels[item]], half = grid.sizes[item][0] / 2;
    if (stop - start > 2 * half + WIDE && !grid.before[item].length) return stop - half;
    if (stop - start > 2 * half + WIDE && !grid.after[item].length) return start + half;
    return (start + stop) / 2;
  };
  const routes = paths.map((path, k) => {
    const points = [[middle(path[0]) + grid.sizes[path[0]][0] / 2, ends[0][k]]];
    const line = (u) => {
      const [at, v] = points.at(-1);
      if (Math.abs(u - at) > 0.01) points.push([at + (u - at) / 3, v], [at + (2 * (u - at)) / 3, v], [u, v]);
    };
    path.slice(1).forEach((after, n) => {
      const height = n === path.length - 2 ? ends[1][k] : across.get(after), level = levels[path[n]];
      line(stops[level]);
      const [u, v] = points.at(-1), far = starts[level + 1];
      points.push([(u + far) / 2, v], [(u + far) / 2, height], [far, height]);
    });
    line(middle(path.at(-1)) - grid.sizes[path.at(-1)][0] / 2);
    return points.map(([u, v]) => [tidy(u), tidy(v)]);
  });
  const places = [...Array(grid.count).keys()].map((item) => [tidy(middle(item)), tidy(across.get(item))]);
  return { places, routes, size: [tidy(stops.at(-1)), tidy(high)] };
}
