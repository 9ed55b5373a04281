// A graph in the page: hover, fold, step and drag, by mouse and by keys. No network. The picture that stands in the page
// without a script is replaced by one that this script draws, from the data beside it.

const KEYS = 'data-lm-suppress-shortcuts="true"'; // else JupyterLab takes the keys
const NEXT = { closed: "open", one: "closed", open: "closed" };
const HELP = "arrow keys go from node to node, Enter folds and unfolds, Shift with an arrow key moves a node";
const FLOW = { LR: [1, 0], RL: [-1, 0], TB: [0, 1], BT: [0, -1] };
const PAUSE = 900; // milliseconds between the steps of an animation

class GraphView {
  constructor(root, graph) {
    Object.assign(this, { root, graph, states: { ...graph.states }, shown: [...graph.shown], moved: {}, active: null, step: null });
    this.room = root.querySelector(".room");
    this.has = ["shape", "value", "gradient"].filter((word) => graph.nodes.some(
      (node) => (word === "shape" ? node.shape !== null : node.notes.some((note) => note.startsWith(`${word} `)))));
    root.querySelector("style.still")?.remove();
    this.tools = document.createElement("div");
    this.tools.className = "tools";
    this.room.before(this.tools);
    this.told = document.createElement("p");
    this.told.className = "told";
    this.room.after(this.told);
    this.tools.innerHTML = this.toolText();
    const zoom = root.querySelector(".zoom");
    if (zoom) this.tools.lastChild.before(zoom);
    this.listen();
    this.draw();
  }

  toolText() {
    const button = (name, words) => `<button type="button" data-do="${name}" ${KEYS}>${words}</button>`;
    const folds = this.graph.groups.length ? `<span>${button("fold", "Fold all")} ${button("unfold", "Unfold all")}</span>` : "";
    const checks = this.has.map((word) => `<label><input type="checkbox" data-show="${word}" ${KEYS}`
      + `${this.shown.includes(word) ? " checked" : ""}> ${word}s</label>`).join(" ");
    const steps = `<span>${button("back", "Back")} ${button("on", "Step")} ${button("play", "Play")} `
      + `<span hidden class="stop">${button("stop", "Show all")}</span></span>`;
    return `${folds}<span>${checks}</span>${steps}<span hidden class="tidy">${button("tidy", "Tidy up")}</span>`
      + '<output aria-live="polite"></output>';
  }

  draw() {
    const { graph } = this;
    this.seen = view(graph, this.states);
    const lines = this.seen.nodes.map((node) => linesOf(graph, node, this.shown));
    this.sizes = lines.map(sizeOf);
    this.lines = lines;
    const frames = this.seen.frames.map(([, parent, title]) => [parent, title]);
    this.layout = graph.layout ?? nested(this.sizes, this.seen.edges, this.seen.inside, frames, graph.direction);
    graph.layout = null; // Graphviz laid out the first picture alone
    this.order = this.seen.nodes.map((_, k) => k).filter((k) => this.seen.edges.some(([, b]) => b === k));
    this.says = this.seen.nodes.map((_, k) => sayOf(graph, this.seen, k, this.shown));
    const list = this.root.querySelector("details ol");
    if (list) list.innerHTML = this.says.map((say, k) => `<li data-k="${k}" tabindex="0" ${KEYS}>${escaped(say)}</li>`).join("");
    const summary = this.root.querySelector("summary");
    if (summary) summary.textContent = `${this.heading()}: the list`;
    this.step = null;
    this.paint();
  }

  paint() {
    const { seen, sizes } = this, drawn = dragged(seen, this.layout, sizes, this.moved);
    const [left, top] = drawn.corner, width = Math.ceil(drawn.size[0] + 2 * EDGE), height = Math.ceil(drawn.size[1] + 2 * EDGE);
    this.targets = [...seen.names, ...seen.frames.map(([g]) => `frame ${g}`)];
    if (!this.targets.includes(this.active)) [this.active] = this.targets;
    const focus = (name) => `tabindex="${name === this.active ? 0 : -1}" role="button" data-name="${name}" ${KEYS}`;
    const shapes = seen.frames.map(([g, , title], n) => frameText(n, drawn.boxes[n], this.graph.groups[g], title,
      `${focus(`frame ${g}`)} aria-expanded="true" aria-label="${escaped(title)}, open"`));
    for (const [route, of, arrow] of drawn.pieces) {
      const users = new Set(of.flatMap((k) => [`e${seen.edges[k][1]}`, `s${seen.edges[k][0]}`]));
      shapes.push(edgeText(route, [...users].join(" "), arrow));
    }
    seen.nodes.forEach((node, k) => {
      const name = seen.names[k], folded = name.startsWith("group") ? ' aria-expanded="false"' : "";
      const lines = this.masked(k);
      shapes.push(nodeText(k, drawn.places[k], sizes[k], lines, this.graph.looks[node.kind], this.stepMark(k),
        `data-k="${k}" ${focus(name)}${folded} aria-label="${escaped(nameOf(seen, k, lines))}"`));
    });
    const held = this.room.contains(document.activeElement) ? document.activeElement.dataset.name : null;
    this.room.innerHTML = `<svg xmlns="http://www.w3.org/2000/svg" role="group" aria-label="${escaped(`${this.heading()}; ${HELP}`)}" `
      + `viewBox="${left - EDGE} ${top - EDGE} ${width} ${height}" width="${width}" height="${height}" font-family="${FONT}" `
      + `style="width:${width}px">${shapes.join("")}</svg>`;
    this.svg = this.room.firstChild;
    this.fit(width, height);
    if (held) this.focus(held);
    this.light(null);
  }

  heading() {
    const count = this.seen.nodes.length, { name, total, towards } = this.graph;
    const size = count < total ? `${total.toLocaleString("en-US")} nodes, ${count} of them drawn` : `${count} node${count === 1 ? "" : "s"}`;
    return `${name}: ${size}, ${towards}`;
  }

  fit(width, height) { // a little smaller is better than scrolling
    const zoom = this.root.querySelector(".zoom"), room = this.room.clientWidth || width;
    if (zoom) zoom.hidden = width <= 680 && height <= 1200;
    const size = zoom && !zoom.hidden ? [0, 1, 2].find((k) => zoom.querySelector(`.z${k}`).checked) : 1;
    Object.assign(this.svg.style, [{ width: "100%", maxHeight: "85vh" }, { maxWidth: room >= 0.8 * width ? "100%" : "none" },
      { width: `${2 * width}px`, maxWidth: "none" }][size]);
    this.svg.style.height = "auto";
  }

  focus(name) {
    if (!this.targets.includes(name)) return;
    this.active = name;
    for (const g of this.svg.querySelectorAll("[data-name]")) g.setAttribute("tabindex", g.dataset.name === name ? 0 : -1);
    this.svg.querySelector(`[data-name="${name}"]`).focus();
    const [kind, k] = name.split(" ");
    if (name !== this.last) this.selected?.(kind === "node" ? Number(k) : null);
    this.last = name;
  }

  light(k) { // the inputs of a node, and the edges from them
    for (const g of this.svg.querySelectorAll(".on")) g.classList.remove("on");
    this.svg.classList.toggle("lit", k !== null);
    if (k === null) return;
    const sources = this.seen.edges.filter(([, b]) => b === k).map(([a]) => a);
    for (const g of this.svg.querySelectorAll([`.e${k}`, ...[k, ...sources].map((n) => `.n${n}`)].join())) g.classList.add("on");
    this.told.textContent = `${k + 1}. ${this.says[k]}`;
  }

  toggle(name) {
    const [kind, g] = name.split(" ");
    if (kind === "node") return;
    const group = this.graph.groups[g], state = this.states[g] ?? "open";
    this.states[g] = group.copies.length ? { closed: "one", one: group.copies.length > 1 ? "open" : "closed", open: "closed" }[state] : NEXT[state];
    this.draw();
    this.changed?.();
    this.focus(this.targets.includes(`group ${g}`) ? `group ${g}` : `frame ${g}`);
  }

  all(state) {
    this.graph.groups.forEach((group, g) => { this.states[g] = state === "open" && group.copies.length > 1 ? "one" : state; });
    this.draw();
    this.changed?.();
  }

  // Steps: 0 nothing computed yet; then one for each operation; then back, the result's gradient first.
  steps() { return this.order.length + (this.has.includes("gradient") ? this.order.length : 0); }

  stepTo(step) {
    this.step = step === null ? null : Math.min(Math.max(0, step), this.steps());
    this.paint();
    const said = this.tools.querySelector("output"), n = this.order.length;
    this.tools.querySelector(".stop").hidden = this.step === null;
    if (this.step === null) said.textContent = "";
    else if (!this.step) said.textContent = "Nothing is computed yet.";
    else {
      const k = this.current(), back = this.step > n;
      const inputs = this.seen.edges.filter(([, b]) => b === k).map(([a]) => this.seen.nodes[a].label);
      said.textContent = `${back ? "Backward" : "Forward"}, step ${this.step} of ${this.steps()}: `
        + (back ? `${this.seen.nodes[k].label} passes its gradient on to ${[...new Set(inputs)].join(" and ")}`
          : sayOf(this.graph, this.seen, k, this.shown.filter((word) => word !== "gradient")));
      this.light(k);
      this.svg.classList.toggle("backward", back);
    }
  }

  current() {
    const n = this.order.length;
    return this.step > n ? this.order[2 * n - this.step] : this.order[this.step - 1];
  }

  known(k) { // [whether its value is known at this step, whether its gradient is]
    const n = this.order.length, place = this.order.indexOf(k);
    const users = this.seen.edges.filter(([a]) => a === k).map(([, b]) => this.order.indexOf(b));
    const last = users.length ? 2 * n - Math.min(...users) : n + 1; // the step in which its last user passes on
    return [place < 0 || this.step > place, this.step >= last];
  }

  masked(k) {
    if (this.step === null) return this.lines[k];
    const [value, gradient] = this.known(k);
    let hidden = false;
    return this.lines[k].map((line, n) => {
      const word = n ? line.split(" ")[0] : "";
      if (word === "value") hidden = !value;
      else if (word === "gradient") hidden = !gradient;
      else if (hidden && n) return "";
      return hidden ? `${word} ?` : line;
    });
  }

  stepMark(k) {
    if (this.step === null) return "";
    return this.known(k)[0] ? "" : "waits";
  }

  play() {
    const button = this.tools.querySelector('[data-do="play"]');
    if (this.timer) {
      clearInterval(this.timer);
      this.timer = null;
    } else {
      if (this.step === null || this.step >= this.steps()) this.stepTo(0);
      this.timer = setInterval(() => {
        if (!this.root.isConnected || this.step === null || this.step >= this.steps()) this.play();
        else this.stepTo(this.step + 1);
      }, PAUSE);
    }
    button.textContent = this.timer ? "Pause" : "Play";
  }

  act(name) {
    const { step } = this;
    ({ fold: () => this.all("closed"), unfold: () => this.all("open"), stop: () => this.stepTo(null),
      back: () => this.stepTo(step === null ? this.steps() : step - 1), on: () => this.stepTo(step === null ? 0 : step + 1),
      play: () => this.play(), tidy: () => { this.moved = {}; this.markMoved(); this.paint(); } })[name]?.();
  }

  markMoved() { this.tools.querySelector(".tidy").hidden = !Object.keys(this.moved).length; }

  shift(name, dx, dy) { // a frame takes along all that is in it
    const [kind, g] = name.split(" ");
    const names = kind === "frame" ? this.seen.names.filter((_, k) => {
      for (let f = this.seen.inside[k]; f !== null; [, f] = this.seen.frames[f]) if (this.seen.frames[f][0] === Number(g)) return true;
      return false;
    }) : [name];
    for (const each of names) {
      const [x, y] = this.moved[each] ?? [0, 0];
      this.moved[each] = [x + dx, y + dy];
    }
    this.markMoved();
    this.paint();
  }

  next(name, way) { // along the edges it goes to an input or a user, else to what is nearest in that direction
    const [dx, dy] = FLOW[this.graph.direction], along = way[0] * dx + way[1] * dy, k = this.seen.names.indexOf(name);
    const ends = this.seen.edges.flatMap(([a, b]) => (along > 0 && a === k ? [b] : along < 0 && b === k ? [a] : []));
    return ends.length ? this.seen.names[ends[0]] : this.nearest(name, way);
  }

  nearest(name, [dx, dy]) { // the next node or frame title in the direction of an arrow key
    const middle = (g) => { const box = g.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; };
    const [x, y] = middle(this.svg.querySelector(`[data-name="${name}"]`));
    let best = null, least = Infinity;
    for (const g of this.svg.querySelectorAll("[data-name]")) {
      const [u, v] = middle(g), along = (u - x) * dx + (v - y) * dy, aside = Math.abs((u - x) * dy) + Math.abs((v - y) * dx);
      if (along > 1 && along + 2 * aside < least) [best, least] = [g.dataset.name, along + 2 * aside];
    }
    return best;
  }
}
