// Runs the audits of the package graphql-http on a server; every one of them has to pass.
import { serverAudits } from "graphql-http";

const url = process.argv[2];
let passed = 0;
const failed = [];
for (const audit of serverAudits({ url, fetchFn: fetch })) {
  const result = await audit.fn();
  if (result.status === "ok") passed += 1;
  else failed.push(`${audit.id} ${audit.name}: ${result.reason}`);
}
console.log(`${passed} of ${passed + failed.length}`);
if (failed.length) {
  console.error(failed.join("\n"));
  process.exit(1);
}
