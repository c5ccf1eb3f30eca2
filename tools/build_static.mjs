// The work of tools/build_static: style sheet, scripts, icon sprite, licences.
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { brotliCompressSync } from "node:zlib";
import * as esbuild from "esbuild";
import * as sass from "sass";

const DIST = "static/dist";
const MODULES = "node_modules";
const TARGETS = ["chrome109", "firefox115", "safari16.4"];

// our name: Bootstrap Icons' file
const ICONS = {
  alert: "exclamation-triangle",
  back: "arrow-left",
  bell: "bell",
  board: "kanban",
  building: "building",
  calendar: "calendar3",
  camera: "camera",
  car: "car-front",
  check: "check-lg",
  "check2-all": "check2-all",
  "chevron-left": "chevron-left",
  "chevron-right": "chevron-right",
  "circle-half": "circle-half",
  clock: "clock",
  down: "arrow-down",
  download: "download",
  envelope: "envelope",
  filter: "funnel",
  gear: "gear",
  gift: "gift",
  grip: "grip-vertical",
  hourglass: "hourglass-split",
  house: "house",
  image: "image",
  inbox: "inbox",
  info: "info-circle",
  key: "key",
  link: "link-45deg",
  list: "list",
  lock: "lock",
  money: "cash-coin",
  moon: "moon-stars",
  offline: "wifi-off",
  paperclip: "paperclip",
  pencil: "pencil",
  people: "people",
  person: "person-circle",
  phone: "telephone",
  pin: "geo-alt",
  play: "play-fill",
  plus: "plus-lg",
  search: "search",
  share: "share",
  "sign-out": "box-arrow-right",
  tools: "tools",
  trash: "trash",
  truck: "truck",
  undo: "arrow-counterclockwise",
  up: "arrow-up",
  upload: "upload",
  x: "x-lg",
};

const LICENCES = {
  "bootstrap.txt": "bootstrap/LICENSE",
  "bootstrap-icons.txt": "bootstrap-icons/LICENSE",
  "d3.txt": "d3-scale/LICENSE",
  "htmx.txt": "htmx.org/LICENSE",
  "signature_pad.txt": "signature_pad/LICENSE",
  "sortablejs.txt": "sortablejs/LICENSE",
};

async function styles() {
  const { css } = sass.compile("static/css/app.scss", {
    loadPaths: [MODULES],
    quietDeps: true,
    silenceDeprecations: ["import", "global-builtin"], // Bootstrap 5 is written with both
  });
  const { code } = await esbuild.transform(css, { loader: "css", minify: true, target: TARGETS });
  return code;
}

async function script(entry) {
  const { outputFiles } = await esbuild.build({
    entryPoints: [`static/js/${entry}`],
    bundle: true,
    format: "iife",
    legalComments: "inline",
    minify: true,
    target: TARGETS,
    write: false,
  });
  return outputFiles[0].text;
}

async function symbol([name, file]) {
  const svg = await readFile(path.join(MODULES, "bootstrap-icons/icons", `${file}.svg`), "utf8");
  const shape = svg.replace(/^[^>]*>|<\/svg>\s*$/g, "").replace(/\s*\n\s*/g, "");
  return `<symbol id="${name}" viewBox="0 0 16 16">${shape}</symbol>\n`;
}

async function sprite() {
  const symbols = await Promise.all(Object.entries(ICONS).map(symbol));
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("")}</svg>\n`;
}

async function files() {
  const built = {
    "app.css": await styles(),
    "app.js": await script("app.js"),
    "theme.js": await script("theme.js"),
    "customer_dashboard.js": await script("customer_dashboard.js"),
    "office.js": await script("office.js"),
    "office_analytics.js": await script("office_analytics.js"),
    "office_job.js": await script("office_job.js"),
    "push.js": await script("push.js"),
    "push_worker.js": await script("push_worker.js"),
    "sign.js": await script("sign.js"),
    "icons.svg": await sprite(),
  };
  for (const [name, source] of Object.entries(LICENCES)) {
    built[`licences/${name}`] = await readFile(path.join(MODULES, source), "utf8");
  }
  return built;
}

async function write(directory, built) {
  await rm(directory, { recursive: true, force: true });
  for (const [name, text] of Object.entries(built)) {
    const target = path.join(directory, name);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, text);
  }
}

async function read(directory) {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const found = {};
  for (const entry of entries.filter((each) => each.isFile())) {
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    found[path.relative(directory, file)] = await readFile(file, "utf8");
  }
  return found;
}

function differences(built, committed) {
  const names = new Set([...Object.keys(built), ...Object.keys(committed)]);
  return [...names].filter((name) => built[name] !== committed[name]).sort();
}

async function check(built) {
  const fresh = await mkdtemp(path.join(tmpdir(), "static-"));
  try {
    await write(fresh, built);
    const stale = differences(await read(fresh), await read(DIST).catch(() => ({})));
    if (stale.length === 0) return console.log(`${DIST} is up to date.`);
    console.error(`Not what the sources build: ${stale.join(", ")}.\nRun tools/build_static and commit ${DIST}.`);
    process.exitCode = 1;
  } finally {
    await rm(fresh, { recursive: true });
  }
}

function report(built) {
  for (const [name, text] of Object.entries(built)) {
    const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} KB`.padStart(9);
    console.log(name.padEnd(30), kilobytes(text.length), kilobytes(brotliCompressSync(text).length), "brotli");
  }
}

const built = await files();
if (process.argv.includes("--check")) {
  await check(built);
} else {
  await write(DIST, built);
  report(built);
}
