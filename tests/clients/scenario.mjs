// Runs clients/scenario.json with the built TypeScript client: node scenario.mjs MODULE BASE KEY
import { strict as assert } from "node:assert";
import { readFile } from "node:fs/promises";

const [module, base, key] = process.argv.slice(2);
const { Client, Problem, etagOf } = await import(module);
const steps = JSON.parse(await readFile(new URL("../../clients/scenario.json", import.meta.url)));
const statuses = [];
const client = new Client(base, {
  key,
  retries: 30,
  fetch: async (input, init) => {
    const response = await fetch(input, init);
    statuses.push(response.status);
    return response;
  },
});
const saved = new Map();

const includes = (found, expected) => {
  for (const [name, value] of Object.entries(expected)) assert.deepEqual(found[name], value);
};

for (const step of steps) {
  const path = (step.path ?? []).map((each) => saved.get(each) ?? each);
  const body = step.body === undefined ? [] : [step.body];
  if (step.iterate) {
    const rows = [];
    for await (const row of client.iter(client[step.iterate], step.parameters)) rows.push(row);
    assert.equal(rows.length, step.rows.length, step.iterate);
    rows.forEach((row, place) => includes(row, step.rows[place]));
    continue;
  }
  const call = client[step.call](...path, ...body, ...(step.parameters ? [step.parameters] : []));
  if (step.problem) {
    await assert.rejects(call, (error) => {
      assert.ok(error instanceof Problem);
      assert.ok(error.requestId);
      includes(error, step.problem);
      return true;
    });
    continue;
  }
  const answer = await call;
  if (step.save) {
    assert.ok(etagOf(answer));
    saved.set(`$${step.save}`, answer);
  }
  includes(answer, step.expect ?? {});
}
assert.ok(statuses.includes(304), "a second read of an unchanged issue is a 304");

const events = client.events({ types: "issue.published" });
const first = (await events.next()).value;
await events.return();
const following = client.events({ after: events.cursor, types: "issue.published" });
const second = (await following.next()).value;
await following.return();
assert.deepEqual([first.data.issue.number, second.data.issue.number], [7, 8]);
