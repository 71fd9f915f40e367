// Verifies prepared webhooks: node webhooks.mjs MODULE CASES
import { strict as assert } from "node:assert";
import { readFile } from "node:fs/promises";

const [module, cases] = process.argv.slice(2);
const { InvalidSignature, verify } = await import(module);
for (const each of JSON.parse(await readFile(cases))) {
  const verified = verify(each.body, each.headers, each.secrets);
  if (each.valid) assert.equal((await verified).id, "evt_1");
  else await assert.rejects(verified, InvalidSignature);
}
