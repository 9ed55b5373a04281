// What mouse, pen and keys do to a graph in the page, and the start of all graphs that are in it.

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

GraphView.prototype.listen = function listen() {
  const nameAt = (event) => event.target.closest?.("[data-name]")?.dataset.name;
  const nodeAt = (event) => { const k = event.target.closest?.("[data-k]")?.dataset.k; return k === undefined ? null : Number(k); };
  this.tools.addEventListener("click", (event) => this.act(event.target.dataset.do));
  this.tools.addEventListener("change", (event) => {
    const word = event.target.dataset.show;
    this.shown = this.has.filter((other) => (other === word ? event.target.checked : this.shown.includes(other)));
    this.draw();
  });
  this.root.querySelector(".zoom")?.addEventListener("change", () => this.paint());
  for (const kind of ["pointerover", "focusin"]) {
    this.root.addEventListener(kind, (event) => { if (!this.drag) this.light(nodeAt(event)); });
  }
  this.room.addEventListener("pointerleave", () => this.light(null));
  this.room.addEventListener("keydown", (event) => {
    const name = nameAt(event), way = ARROWS[event.key];
    if (!name) return;
    if (way && event.shiftKey) {
      this.shift(name, 12 * way[0], 12 * way[1]);
    } else if (way) {
      const next = this.next(name, way);
      if (next) this.focus(next);
    } else if (event.key === "Enter" || event.key === " ") this.toggle(name);
    else if (event.key === "Home" || event.key === "End") this.focus(this.targets.at(event.key === "Home" ? 0 : -1));
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  this.room.addEventListener("pointerdown", (event) => {
    const name = nameAt(event);
    if (!name || event.button) return;
    this.drag = { name, x: event.clientX, y: event.clientY, far: false, by: event.pointerType };
    if (event.pointerType !== "touch") this.room.setPointerCapture(event.pointerId);
  });
  this.room.addEventListener("pointermove", (event) => {
    if (!this.drag || this.drag.by === "touch") return; // a finger scrolls
    const dx = event.clientX - this.drag.x, dy = event.clientY - this.drag.y;
    if (!this.drag.far && Math.hypot(dx, dy) < 4) return;
    const scale = this.svg.viewBox.baseVal.width / this.svg.getBoundingClientRect().width;
    this.shift(this.drag.name, dx * scale, dy * scale);
    Object.assign(this.drag, { x: event.clientX, y: event.clientY, far: true });
  });
  this.room.addEventListener("pointerup", () => {
    const { drag } = this;
    this.drag = null;
    if (!drag || drag.far) return;
    this.focus(drag.name);
    this.toggle(drag.name);
  });
  this.room.addEventListener("pointercancel", () => { this.drag = null; });
  new ResizeObserver(() => { const [, , width, height] = this.svg.getAttribute("viewBox").split(" "); this.fit(+width, +height); })
    .observe(this.room);
};

function startGraphs() {
  for (const root of document.querySelectorAll("figure.diydl-graph:not([data-ready])")) {
    const data = root.querySelector("script.graph");
    if (!data) continue;
    root.dataset.ready = "true";
    new GraphView(root, JSON.parse(data.textContent));
  }
}
