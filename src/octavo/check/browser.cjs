// Looks at a book in Chromium: Ace at an EPUB, axe at pages of HTML.
//
// What to do comes in as JSON: the job (ace, axe), the browser, Ace's package, the folder that no
// address may leave, the files, the patience with a page that loads (milliseconds), and the report,
// a file that gets what was found. Puppeteer is the one that Ace brings: one browser serves both.
// A book may be hostile: nothing of it reaches the network, for the proxy that every request has to
// take is not there.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { createRequire } = require("node:module");
const { pathToFileURL } = require("node:url");

const order = JSON.parse(fs.readFileSync(0, "utf8"));
const need = createRequire(path.join(order.ace, "package.json"));
const RUNNING = 240_000; // milliseconds that a check of one page may take
const SIZES = [360, 1280]; // CSS pixels: a phone and a desktop
const SCHEMES = ["light", "dark"];
const NARROWEST = 320; // WCAG 2.2, 1.4.10: no sideways scrolling down to this width
const SHOWN = 20; // places of one fault that are told

const LAUNCH = {
  executablePath: order.chromium,
  headless: true,
  pipe: true, // no port is opened, and the browser ends when this program does
  timeout: order.patience,
  protocolTimeout: RUNNING,
  args: [
    ...(process.getuid() === 0 ? ["--no-sandbox"] : []), // Chromium has none for root
    "--proxy-server=socks5://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-dev-shm-usage",
    "--js-flags=--max-old-space-size=1024",
  ],
};

async function ace() {
  const puppeteer = need("puppeteer");
  const launch = puppeteer.launch.bind(puppeteer);
  // Ace's runner would choose other options, and wait for ever for an answer to a dialog.
  puppeteer.launch = async () => {
    const browser = await launch(LAUNCH);
    const newPage = browser.newPage.bind(browser);
    browser.newPage = async () => silenced(await newPage());
    return browser;
  };
  const options = {
    cwd: order.folder,
    tmpdir: order.folder,
    outdir: path.join(order.folder, "ace"),
    initLogger: true,
    silent: true,
    doNotReportMedia: true,
    timeout: RUNNING,
  };
  const runner = need("@daisy/ace-axe-runner-puppeteer");
  const [, found] = await need("@daisy/ace-core")(order.files[0], options, runner);
  return found.assertions;
}

async function axe() {
  const source = fs.readFileSync(need.resolve("axe-core/axe.min.js"), "utf8");
  const browser = await need("puppeteer").launch(LAUNCH);
  try {
    const found = [];
    for (const file of order.files) found.push(await looked(browser, file, source));
    return found;
  } finally {
    await browser.close();
  }
}

async function looked(browser, file, source) {
  const page = await opened(browser, file);
  try {
    await page.evaluate(source);
    const runs = [];
    for (const width of SIZES) {
      for (const scheme of SCHEMES) {
        await page.setViewport({ width, height: 800 });
        await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
        runs.push({ width, scheme, violations: await page.evaluate(violations, SHOWN) });
      }
    }
    await page.setViewport({ width: NARROWEST, height: 800 });
    return { file, runs, narrowest: NARROWEST, overflow: await page.evaluate(overflow) };
  } finally {
    await page.close();
  }
}

async function opened(browser, file) {
  const home = pathToFileURL(order.folder + path.sep).href;
  const here = pathToFileURL(file).href;
  const page = silenced(await browser.newPage());
  await page.setRequestInterception(true);
  page.on("request", (request) => {
    const address = request.url();
    const leaving = request.isNavigationRequest() && request.frame() === page.mainFrame();
    const allowed = leaving ? address === here : within(address, home);
    // "aborted" leaves the page where it is: anything else would put an error page in its place.
    if (allowed) request.continue();
    else request.abort("aborted");
  });
  await page.goto(here, { waitUntil: "load", timeout: order.patience });
  return page;
}

function silenced(page) {
  return page.on("dialog", (dialog) => dialog.dismiss());
}

function within(address, home) {
  return address.startsWith(home) || /^(data|blob|about):/.test(address);
}

// The next two run in the page.
async function violations(shown) {
  const found = await window.axe.run(document, { resultTypes: ["violations"] });
  return found.violations.map(({ id, impact, help, nodes }) => ({
    id,
    impact,
    help,
    nodes: nodes.slice(0, shown).map(({ html, target }) => ({
      html: html.slice(0, 300),
      target: target.flat().join(" ").slice(0, 200),
    })),
    more: Math.max(0, nodes.length - shown),
  }));
}

function overflow() {
  return document.documentElement.scrollWidth - document.documentElement.clientWidth;
}

({ ace, axe })[order.job]()
  .then((found) => fs.writeFileSync(order.report, JSON.stringify(found)))
  .then(() => process.exit(0))
  .catch((fault) => {
    console.error(String((fault && fault.message) || fault));
    process.exit(1);
  });
