// The browser's half of DigitCanvas: takes strokes, shows what Python answers. No network, no library.

const PEN = 24; // pixels of a drawing area that is 320 wide
const NEAR = 1.5; // points nearer to the last one than this are left out
const STEP = 8; // pixels per press of an arrow key; 2 with Shift
const PATIENCE = 3000; // milliseconds until we say that Python does not answer
const DIGITS = [...Array(10).keys()];

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function layout(size) {
  const drawing = make("canvas", { "aria-hidden": "true" });
  const hint = make("div", { class: "hint", "aria-hidden": "true" }, "Draw a digit here");
  const paper = make("div", {
    class: "paper", tabindex: "0", role: "application",
    "aria-label": "Drawing area for one digit. The arrow keys move the pen, Space puts it down or " +
      "lifts it, Backspace takes back the last stroke, Delete clears.",
  }, drawing, hint);
  const undo = make("button", { type: "button" }, "Undo");
  const clear = make("button", { type: "button" }, "Clear");
  const keys = make("p", { class: "keys" },
    "Without a mouse: arrow keys move the pen (two at once: aslant; Shift: small steps), Space puts it down " +
    "and lifts it, Backspace: undo, Delete: clear.");
  const pen = make("div", { class: "for-readers", role: "status" });

  const verdict = make("p", { class: "verdict", "aria-hidden": "true" }); // changes at every point drawn,
  const spoken = make("p", { class: "for-readers", role: "status" }); // this only when a stroke ends
  const rows = DIGITS.map((digit) => {
    const fill = make("div", { class: "fill" });
    const name = make("th", { scope: "row" }, `${digit}`);
    const percent = make("td", { class: "percent" });
    const row = make("tr", {}, name, make("td", { "aria-hidden": "true" },
      make("div", { class: "track" }, fill)), percent);
    return { row, name, fill, percent };
  });
  const bars = make("table", { class: "bars", "aria-label": "Probability of each digit" },
    make("tbody", {}, ...rows.map((r) => r.row)));
  const seen = make("canvas", { width: 8, height: 8, role: "img" });
  const numbers = make("pre");
  const error = make("pre", { class: "error", role: "alert" });
  const waiting = make("p", { class: "waiting", role: "status" });

  const root = make("div", { class: "diydl-canvas", "data-lm-suppress-shortcuts": "true" },
    make("div", { class: "parts" },
      make("div", {}, paper, make("div", { class: "buttons" }, undo, clear), keys, pen),
      make("div", { class: "answer" }, verdict, spoken, bars,
        make("div", { class: "seen" }, seen, make("p", {}, "What the network sees: 8 × 8 numbers from 0 to 16.")),
        make("details", {}, make("summary", {}, "The numbers"), numbers))),
    error, waiting);
  const scale = Math.max(2, window.devicePixelRatio || 1);
  drawing.width = drawing.height = size * scale;
  const ink = drawing.getContext("2d");
  ink.scale(scale, scale);
  return { root, paper, hint, undo, clear, pen, verdict, spoken, rows, seen, numbers, error, waiting, ink };
}

function render({ model, el }) {
  const size = model.get("size");
  const view = layout(size);
  el.append(view.root);
  let strokes = structuredClone(model.get("strokes"));
  let current = null; // the stroke that is being drawn
  const cursor = { x: size / 2, y: size / 2, down: false, shown: false };

  // --- the drawing -----------------------------------------------------------------------------
  function paint() {
    const { ink } = view;
    ink.clearRect(0, 0, size, size);
    Object.assign(ink, { lineWidth: PEN, lineCap: "round", lineJoin: "round", strokeStyle: "#111" });
    for (const stroke of strokes) {
      ink.beginPath();
      ink.moveTo(...stroke[0]);
      for (const point of stroke.length > 1 ? stroke.slice(1) : stroke) ink.lineTo(...point);
      ink.stroke();
    }
    view.hint.hidden = strokes.length > 0 || cursor.shown;
    view.hint.style.display = view.hint.hidden ? "none" : "";
    if (cursor.shown) paintCursor();
  }

  function paintCursor() {
    const { ink } = view;
    for (const [width, colour] of [[5, "#fff"], [2.5, "#0072b2"]]) {
      Object.assign(ink, { lineWidth: width, strokeStyle: colour });
      ink.beginPath();
      ink.arc(cursor.x, cursor.y, PEN / 2, 0, 2 * Math.PI);
      for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
        ink.moveTo(cursor.x + dx * PEN / 2, cursor.y + dy * PEN / 2);
        ink.lineTo(cursor.x + dx * PEN, cursor.y + dy * PEN);
      }
      ink.stroke();
    }
    if (!cursor.down) return;
    ink.beginPath();
    ink.fillStyle = "#fff";
    ink.arc(cursor.x, cursor.y, 5, 0, 2 * Math.PI);
    ink.fill();
  }

  const begin = (x, y) => strokes.push((current = [[x, y]]));
  function extend(x, y, near = NEAR) {
    const [px, py] = current[current.length - 1];
    if (Math.hypot(x - px, y - py) >= near) current.push([x, y]);
  }
  function finish() {
    current = null;
    paint();
    ask();
  }
  function replace(next) {
    strokes = next;
    current = null;
    cursor.down = false;
    paint();
    ask();
  }

  // --- questions to Python: at most one under way, so that a slow network is never flooded ------
  let asked = Math.max(model.get("_asked"), model.get("_answered"));
  let sentAt = 0;
  let more = false;
  let timer = null;
  function ask() {
    if (asked > model.get("_answered") && Date.now() - sentAt < PATIENCE) {
      more = true;
      return;
    }
    more = false;
    asked += 1;
    sentAt = Date.now();
    model.set("strokes", structuredClone(strokes));
    model.set("_asked", asked);
    model.save_changes();
    clearTimeout(timer);
    timer = setTimeout(complain, PATIENCE);
  }
  function complain() {
    view.waiting.textContent =
      "Python does not answer. If another cell is running, the canvas goes on when it is done. On a web page " +
      "without a running notebook it cannot compute: open this chapter in JupyterLab and run the cell.";
    show();
  }
  function hear() {
    if (model.get("_answered") < asked) return;
    clearTimeout(timer);
    view.waiting.textContent = "";
    if (more) ask();
  }
  function adopt() {
    // Set from Python, or drawn in another view of this widget; our own echo changes nothing.
    const next = model.get("strokes");
    if (current || more || JSON.stringify(next) === JSON.stringify(strokes)) return;
    strokes = structuredClone(next);
    paint();
  }

  // --- the answer ------------------------------------------------------------------------------
  function show() {
    const p = model.get("_probabilities");
    const best = p.indexOf(Math.max(...p));
    view.rows.forEach(({ row, name, fill, percent }, digit) => {
      const share = p.length ? 100 * p[digit] : 0;
      row.className = digit === best ? "best" : "";
      name.textContent = (digit === best ? "▸ " : "") + digit;
      fill.style.width = `${share}%`;
      percent.textContent = p.length ? `${share.toFixed(0)} %` : "";
    });
    const failed = model.get("_error");
    if (view.error.textContent !== failed) view.error.textContent = failed;
    const words = p.length ? `This looks like ${best === 8 ? "an" : "a"} ${best} (${(100 * p[best]).toFixed(0)} %)`
      : failed ? "No answer: predict failed." : strokes.length ? "No answer yet." : "Nothing is drawn yet.";
    view.verdict.textContent = words;
    if (!current) speak();
    showSeen();
  }
  function speak() {
    if (view.spoken.textContent !== view.verdict.textContent) view.spoken.textContent = view.verdict.textContent;
  }

  function showSeen() {
    const image = model.get("_image");
    const pixels = view.seen.getContext("2d");
    image.forEach((row, y) => row.forEach((value, x) => {
      pixels.fillStyle = `rgb(${Array(3).fill(Math.round(255 - value * 15)).join(",")})`;
      pixels.fillRect(x, y, 1, 1);
    }));
    view.numbers.textContent = image.map((row) => row.map((v) => String(v).padStart(2)).join(" ")).join("\n");
    view.seen.setAttribute("aria-label",
      "The 8 by 8 picture that the network sees" + (strokes.length ? "; its numbers are listed below." : ": empty."));
  }

  // --- mouse, pen, finger ----------------------------------------------------------------------
  function place(event) {
    const box = view.paper.querySelector("canvas").getBoundingClientRect();
    const at = (v, low, length) => Math.round(Math.min(size, Math.max(0, ((v - low) / length) * size)) * 10) / 10;
    return [at(event.clientX, box.left, box.width), at(event.clientY, box.top, box.height)];
  }
  let pointer = null;
  view.paper.addEventListener("pointerdown", (event) => {
    if (pointer !== null || event.button !== 0) return;
    event.preventDefault();
    view.paper.focus({ preventScroll: true, focusVisible: false });
    pointer = event.pointerId;
    view.paper.setPointerCapture(pointer);
    Object.assign(cursor, { down: false, shown: false });
    begin(...place(event));
    paint();
  });
  view.paper.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const e of events.length ? events : [event]) extend(...place(e));
    paint();
    ask();
  });
  function lift(event) {
    if (event.pointerId !== pointer) return;
    pointer = null;
    finish();
    speak();
  }
  view.paper.addEventListener("pointerup", lift);
  view.paper.addEventListener("pointercancel", lift);

  // --- keys ------------------------------------------------------------------------------------
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const held = new Set();
  function move(step) {
    const clamp = (v) => Math.min(size - PEN / 2, Math.max(PEN / 2, v));
    for (const key of held) {
      cursor.x = clamp(cursor.x + step * ARROWS[key][0]);
      cursor.y = clamp(cursor.y + step * ARROWS[key][1]);
    }
    if (cursor.down) extend(cursor.x, cursor.y, 0.5);
    cursor.shown = true;
    paint();
    if (cursor.down) ask();
  }
  function toggle() {
    cursor.shown = true;
    cursor.down = !cursor.down;
    view.pen.textContent = cursor.down ? "Pen down" : "Pen up";
    if (cursor.down) begin(cursor.x, cursor.y);
    else {
      finish();
      speak();
    }
    paint();
  }
  const undo = () => replace(strokes.slice(0, -1));
  const clear = () => replace([]);
  view.paper.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || pointer !== null) return;
    if (event.key in ARROWS) {
      held.add(event.key);
      move(event.shiftKey ? 2 : STEP);
    } else if (event.key === " ") {
      if (!event.repeat) toggle();
    } else if (event.key === "Backspace") undo();
    else if (event.key === "Delete") clear();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  view.paper.addEventListener("keyup", (event) => held.delete(event.key));
  view.paper.addEventListener("focus", () => {
    cursor.shown = view.paper.matches(":focus-visible") && pointer === null;
    paint();
  });
  view.paper.addEventListener("blur", () => {
    held.clear();
    if (cursor.down) toggle();
    cursor.shown = false;
    paint();
  });
  view.undo.addEventListener("click", undo);
  view.clear.addEventListener("click", clear);

  const events = [["change:strokes", adopt], ["change:_answered", hear],
    ["change:_probabilities", show], ["change:_error", show], ["change:_image", showSeen]];
  for (const [name, handler] of events) model.on(name, handler);
  paint();
  show();
  ask(); // finds out whether Python is there
  return () => {
    clearTimeout(timer);
    for (const [name, handler] of events) model.off(name, handler);
  };
}

export default { render };
