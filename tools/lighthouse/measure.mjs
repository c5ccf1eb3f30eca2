// Lighthouse's figures of some pages: reads {chromium, rounds, pages: [{name, url, cookie}]} from
// standard input and prints the median of each category and the bytes, one JSON line a page.
import { readFileSync } from "node:fs";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";
import puppeteer from "puppeteer-core";

const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const FLAGS = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage"];

function median(numbers) {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];
}

// On a busy machine Chromium now and then loses the trace; that says nothing about the page.
const TRIES = 4;

// Into the browser itself: a header of our own would not go along with what the page fetches.
async function signIn(chrome, { url, cookie }) {
  if (!cookie) return;
  const browser = await puppeteer.connect({ browserURL: `http://127.0.0.1:${chrome.port}` });
  const [name, value] = cookie.split("=");
  await browser.setCookie({ name, value, domain: new URL(url).hostname, path: "/" });
  await browser.disconnect();
}

// A browser each time: cookies that a page sets would stand in the way of the next one's.
async function look(page, chromium, tries = TRIES) {
  const chrome = await launch({ chromePath: chromium, chromeFlags: FLAGS });
  const options = {
    port: chrome.port,
    logLevel: "error",
    output: "json",
    onlyCategories: CATEGORIES,
    // What needs a session or a secret address is kept out of search engines on purpose.
    skipAudits: ["is-crawlable"],
  };
  let lhr;
  try {
    await signIn(chrome, page);
    ({ lhr } = await lighthouse(page.url, options));
  } finally {
    chrome.kill();
  }
  if (lhr.runtimeError && tries > 1) return look(page, chromium, tries - 1);
  if (lhr.runtimeError) throw new Error(`${page.name}: ${lhr.runtimeError.message}`);
  if (lhr.finalDisplayedUrl !== page.url) {
    throw new Error(`${page.name} leads to ${lhr.finalDisplayedUrl}`);
  }
  return lhr;
}

function weak(lhr) {
  const refs = CATEGORIES.flatMap((name) => lhr.categories[name].auditRefs);
  const counted = refs.filter((ref) => ref.weight > 0).map((ref) => lhr.audits[ref.id]);
  return counted
    .filter((audit) => audit.score !== null && audit.score < 0.9)
    .map((audit) => `${audit.id} ${audit.displayValue ?? ""}`.trim());
}

// All that a first visit takes over the wire, and what is left once the browser keeps our files.
const NEVER_KEPT = ["Document", "XHR", "Fetch", "EventSource"];

function bytes(lhr) {
  const requests = lhr.audits["network-requests"].details.items;
  const sum = (some) => some.reduce((total, { transferSize }) => total + transferSize, 0);
  const again = requests.filter(({ resourceType }) => NEVER_KEPT.includes(resourceType));
  return [sum(requests), sum(again)];
}

const { chromium, rounds, pages } = JSON.parse(readFileSync(0, "utf8"));
for (const page of pages) {
  const reports = [];
  for (let round = 0; round < rounds; round += 1) reports.push(await look(page, chromium));
  const scores = CATEGORIES.map((name) =>
    Math.round(100 * median(reports.map((lhr) => lhr.categories[name].score))),
  );
  const last = reports.at(-1);
  console.log(JSON.stringify({ name: page.name, scores, weak: weak(last), bytes: bytes(last) }));
}
