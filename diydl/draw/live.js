// The browser's half of a live figure: moves the knobs, shows the frame that belongs to them. No network.

const PATIENCE = 4000; // milliseconds until we say that we wait
const PATIENCE_ENDS = "Python is still at work, or no longer running: then run this cell again.";

// `ask(number)` promises [html, alt] of a frame.
function start(root, ask) {
  const knobs = [...root.querySelectorAll(".knobs input, .knobs select")];
  const sizes = root.dataset.sizes.split(",").map(Number);
  const frame = root.querySelector(".frame");
  const spoken = root.querySelector(".for-readers");
  const waiting = root.querySelector(".waiting");
  const seen = new Map();
  const position = (knob) => (knob.tagName === "SELECT" ? knob.selectedIndex : Number(knob.value));
  const number = () => knobs.reduce((sum, knob, k) => sum * sizes[k] + position(knob), 0);
  let shown = number();
  let busy = false;
  let speaking;
  seen.set(shown, [frame.innerHTML, ""]);

  async function show() {
    if (busy) return; // the frame that is due will be looked up again
    busy = true;
    try {
      while (shown !== number()) { // only the newest wish counts, whatever lies between
        const wanted = number();
        const late = setTimeout(() => { waiting.textContent = PATIENCE_ENDS; }, PATIENCE);
        if (!seen.has(wanted)) seen.set(wanted, await ask(wanted));
        clearTimeout(late);
        waiting.textContent = "";
        const open = frame.querySelector("details")?.open;
        const [html, alt] = seen.get(wanted);
        frame.innerHTML = html;
        if (open) frame.querySelector("details")?.setAttribute("open", "");
        shown = wanted;
        clearTimeout(speaking);
        speaking = setTimeout(() => { spoken.textContent = alt; }, 700);
      }
    } finally {
      busy = false;
    }
  }

  for (const knob of knobs) {
    const told = knob.parentElement.querySelector("output");
    const texts = knob.dataset.texts?.split("|");
    knob.addEventListener("input", () => {
      if (texts) {
        told.textContent = texts[knob.value];
        knob.setAttribute("aria-valuetext", texts[knob.value]);
      }
      show();
    });
  }
  root.querySelector(".knobs").disabled = false;
}

async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(plain).text());
}

function startAll() {
  for (const root of document.querySelectorAll(".diydl-live:not([data-ready])")) {
    const packed = root.querySelector("script.frames");
    if (!packed) continue;
    root.dataset.ready = "true";
    let all;
    start(root, async (number) => {
      all ??= unpack(packed.textContent);
      const { pieces, frames, alts } = await all;
      return [frames[number].map((piece) => pieces[piece]).join(""), alts[number]];
    });
  }
}
