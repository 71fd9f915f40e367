// Reads the paper in a real Chromium: an issue is posted, published and read as a reader would; text
// that means harm runs nothing; axe, the Nu HTML checker and the CSP evaluator find nothing.
//
//   node pages.mjs URL KEY CHROMIUM [ISSUE.json [SCREENSHOTS]]
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import axe from "axe-core";
import { CspEvaluator } from "csp_evaluator/dist/evaluator.js";
import { Severity } from "csp_evaluator/dist/finding.js";
import { CspParser } from "csp_evaluator/dist/parser.js";
import { chromium } from "playwright-core";
import vnu from "vnu-jar";

const [url, key, executablePath, issueFile, screenshots] = process.argv.slice(2);
const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
const HARM = "<script>harm()</script><img src=x onerror=harm()>\"'><svg/onload=harm()>{{7*7}}";

// A connection that was idle may just have been closed: asked once more, and posted under one key.
const ask = (address, options) => fetch(address, options).catch(() => fetch(address, options));

const post = async (issue) => {
  const answer = await ask(`${url}/v1/issues?publish=true`, {
    method: "POST",
    headers: { ...headers, "Idempotency-Key": randomUUID() },
    body: JSON.stringify(issue),
  });
  assert.equal(answer.status, 201, await answer.clone().text());
  return answer.json();
};

const written = () => ({
  date: "2030-01-02",
  title: "Quiet Chips Learn to Whisper",
  summary: "What the browser reads when nobody gives it another issue.",
  sections: [
    {
      kind: "lead",
      headline: "Quiet Chips Learn to Whisper",
      body: "An invented foundry has *halved* what its chips draw.\n\n- once\n- twice",
      significance: 7,
      metrics: { items: [{ label: "Watts", value: "12" }] },
    },
    { kind: "tools", tools: [{ name: "Lantern", url: "https://example.com/lantern" }] },
    { kind: "reading", items: [{ title: "On Whispering", url: "https://example.com/whisper" }] },
  ],
});

// Every text of the issue is harm; what has to be an address is one that scripts like.
const harmful = () => ({
  date: "2030-01-03",
  title: HARM,
  summary: HARM,
  dateline: { place: HARM.slice(0, 80), weather: { summary: HARM.slice(0, 80), temperature_c: 1 } },
  sections: [
    {
      kind: "lead",
      kicker: HARM,
      headline: HARM,
      byline: HARM,
      standfirst: HARM,
      body: `${HARM}\n\n[a](javascript:harm()) ![b](x" onerror="harm()) <a href="javascript:harm()">c</a>`,
      metrics: { title: HARM, items: [{ label: HARM, value: HARM.slice(0, 60) }] },
    },
    { kind: "opinion", headline: HARM, body: HARM, byline: HARM },
    {
      kind: "tools",
      tools: [{ name: HARM, summary: HARM, category: HARM.slice(0, 60), url: "https://example.com/?\"'><script>" }],
    },
    {
      kind: "reading",
      items: [{ title: HARM, summary: HARM, author: HARM, source: HARM, url: "https://example.com/'onclick='harm()" }],
    },
  ],
});

// Every text is one word without an end, every number as large as can be; and a body has all that
// Markdown has.
const long = () => {
  const address = `https://example.com/${"a".repeat(80)}?q="<'>|[]`;
  const entry = { source: "github", kind: "repository", external_id: `${"o".repeat(95)}/${"r".repeat(100)}` };
  const numbers = { stars: 2 ** 53 - 1, window: "month", observed_at: "2030-01-04T05:30:00Z" };
  const source = { name: "n".repeat(200), url: address };
  return {
    date: "2020-01-04",
    title: "T".repeat(300),
    summary: "s".repeat(1000),
    dateline: { place: "P".repeat(200), weather: { summary: "W".repeat(200), temperature_c: -3 } },
    sections: [
      { kind: "brief", heading: "H".repeat(200), headline: "B".repeat(300), body: "w".repeat(3000) },
      {
        kind: "lead",
        heading: "H".repeat(200),
        kicker: "k".repeat(200),
        headline: "L".repeat(300),
        byline: "b".repeat(200),
        standfirst: "s".repeat(1000),
        significance: 10,
        body: [
          `Words with an address: https://example.com/${"a".repeat(80)}`,
          `# ${"h".repeat(300)}`,
          `### ${"h".repeat(300)}`,
          "w".repeat(3000),
          `![A picture of others](https://else.test/${"i".repeat(200)})`,
          `| a | b |\n| - | - |\n| ${"x".repeat(200)} | ${"y".repeat(200)} |`,
          `    ${"code ".repeat(100)}`,
          `> \`${"c".repeat(300)}\``,
        ].join("\n\n"),
        metrics: { items: [{ label: "l".repeat(300), value: "v".repeat(300), source }] },
      },
      { kind: "opinion", heading: "H".repeat(200), headline: "O".repeat(300), body: "w".repeat(300) },
      { kind: "tools", tools: [{ name: "N".repeat(300), category: "c".repeat(200), url: address }] },
      { kind: "trending", entries: [{ ...entry, ...numbers, change: 2 ** 53 - 1, summary: "s".repeat(1000) }] },
      {
        kind: "movers",
        entries: [
          { ...entry, ...numbers, change: 1 - 2 ** 53 },
          { source: "huggingface", kind: "model", external_id: "bare", likes: 1_234_567, change: 12 },
        ],
      },
      { kind: "reading", items: [{ title: "R".repeat(300), author: "a".repeat(200), url: address }] },
    ],
  };
};

const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-background-networking"],
});

const open = async (options = {}) => {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const faults = [];
  page.on("dialog", (dialog) => (faults.push(`dialog ${dialog.message()}`), dialog.dismiss()));
  page.on("pageerror", (error) => faults.push(`error ${error.message}`));
  page.on("console", (said) => said.type() === "error" && faults.push(`console ${said.text()}`));
  page.on("request", (asked) => {
    if (!asked.url().startsWith(url)) faults.push(`asks ${asked.url()}`);
  });
  await page.addInitScript(() => (window.harm = () => alert("harm")));
  return { page, faults };
};

const kinds = (issue) => [
  ["front", "/"],
  ["issue", `/issues/${issue.number}`],
  ["day", `/issues/${issue.date}`],
  ["archive", "/issues"],
  ["search", "/search?q=model"],
  ["trending", "/trending"],
  ["board", "/trending/github/repository"],
  ["past board", "/trending/huggingface/model?date=2026-10-30&task=text-generation"],
  ["changes", "/trending/changes?window=day"],
  ["method", "/trending/method"],
  ["subject", "/trending/github/repository/demo-kittiwake/lamplighter"],
  ["tools", "/tools"],
  ["reading", "/reading"],
];
const LONG = "long";

try {
  const longest = await post(long());
  const issue = await post(issueFile ? JSON.parse(readFileSync(issueFile, "utf8")) : written());

  // ------------------------------------------------------------------ as a reader would
  const { page, faults } = await open({ permissions: ["clipboard-read", "clipboard-write"] });
  await page.goto(`${url}/issues/${issue.number}`);
  const lead = issue.sections.find((section) => section.kind === "lead");
  assert.equal((await page.textContent("h1")).trim(), lead.headline);
  // Lists with nothing in them are left out of the page.
  const isEmpty = ({ tools, entries, items }) => (tools ?? entries ?? items)?.length === 0;
  for (const section of issue.sections.filter((each) => !isEmpty(each))) {
    assert.ok((await page.textContent("main")).includes(section.heading), section.heading);
  }
  await page.click("button.copy");
  await page.waitForFunction(() => document.querySelector("button.copy").textContent === "Copied");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), issue.links.html);
  await page.click("nav >> text=Archive");
  await page.click(`main >> text=${issue.title}`);
  assert.ok(page.url().endsWith(`/issues/${issue.number}`));
  await page.click("nav >> text=Search");
  const words = issue.title.split(/\W+/).filter((word) => word.length > 4).slice(0, 2).join(" ");
  await page.type("#search_words", words);
  await page.waitForSelector(`#search_results >> text=${issue.title}`);
  assert.ok(page.url().includes("q="), "the address follows what was typed");
  // The server refuses the next question: the hits of this one are no answer to it.
  await page.route("**/search?*", (route) => route.fulfill({ status: 429, contentType: "text/html", body: "<p>" }));
  await page.type("#search_words", " more");
  await page.waitForSelector("#search_results >> text=This search was refused");
  assert.equal(await page.$("#search_results a"), null);
  await page.unroute("**/search?*");
  faults.splice(0, faults.length, ...faults.filter((fault) => !fault.includes("429")));
  await page.fill("#search_words", words);
  await page.click(`#search_results >> text=${issue.title}`);
  assert.ok(page.url().split("#")[0].endsWith(`/issues/${issue.number}`));
  await page.click("nav >> text=Trending");
  assert.ok((await page.$$("svg.spark")).length > 5, "lines beside the entries");
  await page.click('main a[href*="/trending/github/repository/"]');
  const chart = await page.waitForSelector("svg.chart polyline");
  assert.ok((await chart.getAttribute("points")).split(" ").length > 5);
  assert.match(await page.textContent("svg.chart desc"), /from [\d,]+ on/);
  await page.click("summary");
  assert.ok((await page.$$("details[open] tbody tr")).length > 5);
  for (const form of ["atom", "rss", "json"]) {
    const href = await page.getAttribute(`footer a[href$=".${form}"]`, "href");
    const feed = await (await ask(url + href)).text();
    const title = form === "json" ? JSON.stringify(issue.title).slice(1, -1) : issue.title.replaceAll("&", "&amp;");
    assert.ok(feed.includes(title), `${href} has no ${issue.title}`);
  }
  const missing = await page.goto(`${url}/issues/999999`);
  assert.equal(missing.status(), 404);
  assert.ok(await page.isVisible("h1"));
  assert.deepEqual(faults.filter((fault) => !fault.includes("404")), []);
  console.log("read as a reader would: front page, archive, search, chart, feeds");

  // ------------------------------------------------------------------ without scripts
  const plain = await open({ javaScriptEnabled: false });
  await plain.page.goto(`${url}/search`);
  await plain.page.fill("#search_words", words);
  await plain.page.click("form.search button");
  assert.ok(await plain.page.isVisible(`text=${issue.title}`));
  assert.equal(await plain.page.$("button.copy"), null);

  // ------------------------------------------------------------------ pictures of it
  const looks = {
    "phone-light": { viewport: { width: 390, height: 844 }, colorScheme: "light" },
    "phone-dark": { viewport: { width: 390, height: 844 }, colorScheme: "dark" },
    "tablet-light": { viewport: { width: 768, height: 1024 }, colorScheme: "light" },
    "desktop-light": { viewport: { width: 1440, height: 900 }, colorScheme: "light" },
    "desktop-dark": { viewport: { width: 1440, height: 900 }, colorScheme: "dark" },
  };
  // The move that each row of a table says, and how many pixels its bar is wide.
  const measured = (tables) =>
    tables.map((table) =>
      [...table.querySelectorAll("tbody tr")]
        .filter((row) => row.querySelector(".bar .fill"))
        .map((row) => [
          Number(row.querySelector(".change").textContent.replace(/[^0-9]/g, "")),
          row.querySelector(".bar .fill").getBoundingClientRect().width,
        ]),
    );
  let seen = 0;
  let bars = 0;
  const linked = new Set();
  for (const [look, options] of Object.entries(looks)) {
    const { page, faults } = await open(options);
    for (const [kind, path] of [...kinds(issue), [LONG, `/issues/${longest.number}`]]) {
      await page.goto(url + path);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= options.viewport.width, `${kind}, ${look}: ${width} px wide`);
      for (const moves of await page.$$eval(".movers", measured)) {
        const [most, widest] = moves.reduce((a, b) => (a[0] > b[0] ? a : b), [1, 0]);
        for (const [move, drawn] of moves) {
          const due = (widest * move) / most;
          assert.ok(Math.abs(drawn - due) <= 1, `${kind}, ${look}: ${move} is ${drawn} px, not ${due}`);
        }
        bars += moves.length;
      }
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() => axe.run());
      assert.deepEqual(violations.map((each) => [each.id, each.nodes.map((n) => n.html)]), [], `${kind} ${look}`);
      seen += 1;
      const hrefs = await page.$$eval("a[href], link[href]", (all) => all.map((each) => each.href.split("#")[0]));
      for (const href of hrefs) if (href.startsWith(url)) linked.add(href);
      if (screenshots) {
        mkdirSync(screenshots, { recursive: true });
        await page.screenshot({ path: join(screenshots, `${kind}-${look}.png`), fullPage: true });
        if (look === "desktop-light") {
          await page.pdf({ path: join(screenshots, `${kind}-print.pdf`), format: "A4" });
        }
      }
    }
    assert.deepEqual(faults, []);
  }
  console.log(`${bars} bars are as wide as their moves say`);
  console.log(`axe: 0 violations on ${seen} pages; none wider than its screen, no other host asked`);

  for (const href of linked) {
    const { status } = await ask(href, { headers: { Accept: "text/html, */*;q=0.5" } });
    assert.ok(status < 400, `${href} is linked, and answers ${status}`);
  }
  console.log(`${linked.size} addresses of our own are linked, and are all there`);

  // ------------------------------------------------------------------ Nu HTML checker
  const folder = mkdtempSync(join(tmpdir(), "pages-"));
  const pages = [...kinds(issue), [LONG, `/issues/${longest.number}`], ["nothing", "/issues/999999"]];
  for (const [kind, path] of pages) {
    const answer = await ask(url + path, { headers: { Accept: "text/html" } });
    writeFileSync(join(folder, `${kind}.html`), await answer.text());
  }
  try {
    execFileSync("java", ["-jar", vnu, "--skip-non-html", folder], { stdio: "pipe" });
    console.log(`Nu HTML checker: 0 errors and 0 warnings on ${pages.length} pages`);
  } catch (error) {
    if (error.code !== "ENOENT") throw new Error(String(error.stderr));
    console.log("Nu HTML checker: left out, for there is no java");
  } finally {
    rmSync(folder, { recursive: true });
  }

  // ------------------------------------------------------------------ policy
  const policy = (await ask(url)).headers.get("content-security-policy");
  const findings = new CspEvaluator(new CspParser(policy).csp).evaluate();
  const above = findings.filter((each) => each.severity < Severity.LOW);
  assert.deepEqual(above.map((each) => [each.directive, each.value, each.description]), []);
  console.log(`CSP evaluator: ${findings.length} findings, none above low`);

  // ------------------------------------------------------------------ harm
  const harm = await post(harmful());
  const reader = await open();
  const search = `/search?q=${encodeURIComponent(HARM.slice(0, 100))}`;
  for (const [, path] of [...kinds(harm), ["", search], ["", "/feeds/issues.atom"], ["", "/feeds/issues.rss"]]) {
    await reader.page.goto(url + path);
    await reader.page.waitForTimeout(100);
    const bad = await reader.page.evaluate(() =>
      [...document.querySelectorAll("*")].filter(
        (each) =>
          [...each.attributes].some((a) => a.name.startsWith("on") || /^\s*javascript:/i.test(a.value)) ||
          (each.localName === "script" && each.namespaceURI.endsWith("xhtml") && !each.src && each.type !== "application/ld+json"),
      ).map((each) => each.outerHTML),
    );
    assert.deepEqual(bad, [], path);
  }
  assert.deepEqual(reader.faults, []);
  console.log("hostile text in every field ran nothing");
} finally {
  await browser.close();
}
