// A report page as a person sees it: headless Chromium at three widths. TAP.
//   node check.mjs PAGE.html PICTURES-FOLDER
import { readFileSync, mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [page_path, pictures] = process.argv.slice(2);
const html = readFileSync(page_path, "utf8");
mkdirSync(pictures, { recursive: true });
let count = 0, failed = 0;
const ok = (pass, what) => {
  console.log(`${pass ? "ok" : "not ok"} ${++count} - ${what}`);
  failed += pass ? 0 : 1;
};

ok(!/<script/i.test(html), "the page holds no script");
ok(!/(?:src|href)\s*=\s*["']?(?:https?:)?\/\//i.test(html), "no link leads outside");
ok(!/url\(\s*["']?(?:https?:)?\/\//i.test(html), "no style leads outside");
ok(/<svg[\s>]/.test(html) && /<table[\s>]/.test(html), "it has charts and tables");

const measure = () => {
  const clear = (c) => c === "transparent" || /, 0\)$/.test(c);
  const rgb = (c) => (c.match(/[\d.]+/g) || [0, 0, 0]).slice(0, 3).map(Number);
  const light = (c) => {
    const [r, g, b] = rgb(c).map((v) => v / 255)
      .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (e) => {
    for (; e; e = e.parentElement)
      if (!clear(getComputedStyle(e).backgroundColor)) return getComputedStyle(e).backgroundColor;
    return "rgb(255, 255, 255)";
  };
  const small = [], faint = [], outside = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    const e = node.parentElement, text = node.data.trim();
    if (!text || e.closest("style, title, desc")) continue;
    const style = getComputedStyle(e), box = e.getBoundingClientRect();
    if (style.visibility === "hidden" || style.display === "none" || box.width === 0) continue;
    const svg = e.closest("svg");
    let size = parseFloat(style.fontSize);
    if (svg) size *= (e.getScreenCTM ? e.getScreenCTM().a : 1);
    if (size < 9.5) small.push(`${text} (${size.toFixed(1)} px)`);
    const ink = svg ? style.fill : style.color;
    const a = light(ink), b = light(behind(e));
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faint.push(`${text} (${contrast.toFixed(1)}:1)`);
    if (svg) {
      const frame = svg.getBoundingClientRect();
      if (box.left < frame.left - 1 || box.right > frame.right + 1) outside.push(text);
    }
  }
  return { scroll: document.documentElement.scrollWidth, width: window.innerWidth, small, faint,
           outside };
};

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"],
});
for (const scheme of ["light", "dark"])
  for (const width of [360, 800, 1280]) {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
    await page.goto(pathToFileURL(resolve(page_path)).href);
    const m = await page.evaluate(measure);
    const at = `at ${width} px, ${scheme}`;
    ok(m.scroll <= m.width, `no sideways scrolling ${at}: ${m.scroll} of ${m.width}`);
    ok(m.small.length === 0, `text is large enough ${at}: ${m.small.slice(0, 3)}`);
    ok(m.faint.length === 0, `text stands out ${at}: ${m.faint.slice(0, 3)}`);
    ok(m.outside.length === 0, `chart text stays inside ${at}: ${m.outside.slice(0, 3)}`);
    await page.screenshot({ path: `${pictures}/${scheme}-${width}.png`, fullPage: true });
    await page.close();
  }
const page = await browser.newPage({ viewport: { width: 320, height: 900 } });
await page.goto(pathToFileURL(resolve(page_path)).href);
await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
const wide = [], wrapped = [];
for (let width = 320; width <= 1280; width += 40) {
  await page.setViewportSize({ width, height: 900 });
  const m = await page.evaluate(() => ({
    scroll: document.documentElement.scrollWidth, width: window.innerWidth,
    wrapped: [...document.querySelectorAll("td.by")].filter((e) => {
      const range = document.createRange();
      range.selectNodeContents(e);
      return new Set([...range.getClientRects()].map((r) => r.top)).size > 1;
    }).map((e) => e.textContent),
  }));
  if (m.scroll > m.width) wide.push(`${m.scroll} of ${width}`);
  wrapped.push(...m.wrapped.slice(0, 1).map((text) => `${text} at ${width}`));
}
ok(wide.length === 0, `no sideways scrolling from 320 to 1280 px, all opened: ${wide}`);
ok(wrapped.length === 0, `groupings stay on one line: ${wrapped}`);
await browser.close();
console.log(`1..${count}`);
process.exit(failed ? 1 : 0);
