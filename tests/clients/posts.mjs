// Posts drafts through a bad network, and reads them back: node posts.mjs MODULE BASE KEY COUNT
import { strict as assert } from "node:assert";

const [module, base, key, given] = process.argv.slice(2);
const { Client } = await import(module);
const client = new Client(base, { key, retries: 30, timeout: 10_000 });
const count = Number(given);
for (let number = 1; number <= count; number += 1) {
  const day = new Date(Date.UTC(2000, 0, number)).toISOString().slice(0, 10);
  await client.createIssue({ date: day, sections: [{ kind: "lead", headline: "Otters" }] });
}
const numbers = [];
for await (const row of client.iter(client.listIssues, { status: "draft", limit: 100 })) {
  numbers.push(row.number);
}
assert.deepEqual(numbers, Array.from({ length: count }, (_, place) => count - place));
