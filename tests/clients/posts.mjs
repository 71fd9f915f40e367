// Posts drafts through a bad network: node posts.mjs MODULE BASE KEY COUNT [WORKERS]
const [module, base, key, count, workers = "1"] = process.argv.slice(2);
const { Client } = await import(module);
const client = new Client(base, { key, retries: 30, timeout: 10_000 });
let number = 0;

async function post() {
  while (number < Number(count)) {
    number += 1;
    const day = new Date(Date.UTC(2000, 0, number)).toISOString().slice(0, 10);
    await client.createIssue({ date: day, sections: [{ kind: "lead", headline: "Otters" }] });
  }
}

await Promise.all(Array.from({ length: Number(workers) }, post));
