// Open every page of a built book in headless Chromium, wide and narrow, light and dark, and say what is amiss.
//
//     npm install playwright-core axe-core        (anywhere; MODULES names the folder with node_modules)
//     MODULES=... CHROMIUM=/usr/bin/chromium node tests/book/browse.mjs book/_build/html [--shots DIR] [--only PART]
//
// Looked for: requests that leave the site, errors in the console, findings of axe-core, pages wider than the screen,
// images without alt text, live figures whose knobs do nothing, graphs that do not fold, step or move, a search without
// results.
import { createReadStream, existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname, join, relative, resolve } from "node:path";

const require = createRequire(resolve(process.env.MODULES ?? ".", "package.json"));
const { chromium } = require("playwright-core");
const axe = require.resolve("axe-core/axe.min.js");

const site = resolve(process.argv[2]);
const option = (name) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : null);
const shots = option("--shots");
const only = option("--only") ?? "";
if (shots) mkdirSync(shots, { recursive: true });

const KINDS = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const server = createServer((asked, answer) => {
  let path = join(site, decodeURIComponent(new URL(asked.url, "http://x").pathname));
  if (existsSync(path) && statSync(path).isDirectory()) path = join(path, "index.html");
  if (!existsSync(path)) return answer.writeHead(404).end();
  answer.writeHead(200, { "Content-Type": KINDS[extname(path)] ?? "application/octet-stream" });
  createReadStream(path).pipe(answer);
});
await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
const home = `http://127.0.0.1:${server.address().port}/`;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
});
const found = [];
const say = (page, what) => { found.push(`${page}: ${what}`); console.log(`${page}: ${what}`); };
const walk = (folder) => readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)]);
const pages = walk(site).filter((p) => p.endsWith(".html")).map((p) => relative(site, p))
  .filter((p) => p.includes(only) && !/^(_modules|_static)/.test(p));

let requests = 0;
let knobs = 0;
let graphs = 0;
for (const name of pages) {
  for (const [width, scheme] of [[1280, "light"], [1280, "dark"], [390, "light"], [390, "dark"]]) {
    const label = `${name} ${width} ${scheme}`;
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
    page.on("request", (r) => {
      requests += 1;
      if (!/^(data|blob):/.test(r.url()) && !r.url().startsWith(home)) say(label, `asks for ${r.url()}`);
    });
    page.on("response", (r) => { if (r.status() >= 400) say(label, `${r.status()} for ${r.url()}`); });
    page.on("console", (m) => { if (m.type() === "error") say(label, `console: ${m.text()}`); });
    page.on("pageerror", (e) => say(label, `error: ${e.message}`));
    await page.goto(home + name, { waitUntil: "load" });
    await page.waitForTimeout(200);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 1) say(label, `${wide} pixels wider than the screen`);
    const bare = await page.evaluate(() => [...document.images].filter((i) =>
      !i.hasAttribute("alt") || /_images\/|\.(png|svg)$/.test(i.alt)).map((i) => i.src.slice(-60)));
    for (const image of bare) say(label, `no alt text: ${image}`);
    knobs += await turn(page, label);
    graphs += await handle(page, label);
    if (shots) {
      const path = join(shots, `${name.replaceAll("/", "-").replace(".html", "")}-${width}-${scheme}.png`);
      await page.screenshot({ path, fullPage: true });
    }
    await page.evaluate(() => document.querySelectorAll("details").forEach((d) => { d.open = true; }));
    await page.waitForTimeout(700); // folds fade in
    await page.addScriptTag({ path: axe });
    const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
    for (const v of violations) {
      say(label, `axe ${v.impact} ${v.id} (${v.nodes.length}): ${v.nodes.slice(0, 3).map((n) => n.target).join(" | ")}`);
    }
    await page.close();
  }
}

// Every slider of every live figure to its other end: the picture must change.
async function turn(page, label) {
  const sliders = page.locator(".diydl-live .knobs input[type=range]");
  for (let k = 0; k < (await sliders.count()); k += 1) {
    const slider = sliders.nth(k);
    const frame = slider.locator("xpath=ancestor::figure[contains(@class,'diydl-live')]").locator(".frame").first();
    const before = await frame.innerHTML();
    const [value, most] = await slider.evaluate((s) => [Number(s.value), Number(s.max)]);
    await slider.focus();
    await page.keyboard.press(value === most ? "Home" : "End");
    await page.waitForTimeout(150);
    if ((await frame.innerHTML()) === before) say(label, `slider ${k} changes nothing`);
  }
  return sliders.count();
}

// Every graph by keys: fold all and unfold all, two steps, a node moved and put back; each must show.
async function handle(page, label) {
  const figures = page.locator("figure.diydl-graph:has(script.graph)");
  for (let k = 0; k < (await figures.count()); k += 1) {
    const figure = figures.nth(k);
    const press = async (words) => { await figure.getByRole("button", { name: words, exact: true }).focus(); await page.keyboard.press("Enter"); };
    const changes = async (what, act) => {
      const before = await figure.locator(".room").innerHTML();
      await act();
      if ((await figure.locator(".room").innerHTML()) === before) say(label, `graph ${k}: ${what} changes nothing`);
    };
    if (!(await figure.locator(".tools").count())) { say(label, `graph ${k} has no script`); continue; }
    if (await figure.getByRole("button", { name: "Fold all", exact: true }).count()) {
      await press("Fold all");
      await changes("unfolding", () => press("Unfold all"));
    }
    if ((await figure.locator("[data-name]").count()) > 1) {
      await changes("a step", async () => { await press("Step"); await press("Step"); });
    }
    await press("Show all");
    await changes("moving a node", async () => {
      await figure.locator("[data-name][tabindex='0']").focus();
      await page.keyboard.press("Shift+ArrowDown");
    });
    await press("Tidy up");
  }
  return figures.count();
}

const page = await browser.newPage();
await page.goto(`${home}search.html?q=broadcasting`);
await page.waitForSelector("#search-results li", { timeout: 8000 }).catch(() => say("search", "no results"));
console.log("search for broadcasting:", await page.locator("#search-results > ul > li").count(), "pages");
console.log(`${pages.length} pages, ${requests} requests, ${knobs} sliders moved, ${graphs} graphs handled, ${found.length} findings`);
await browser.close();
server.close();
process.exitCode = found.length ? 1 : 0;
