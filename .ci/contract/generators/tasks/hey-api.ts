// The task with the client of hey-api.
import { client } from "./client/client.gen.js";
import type { Section, SectionInput } from "./client/index.js";
import { createIssue, deleteIssue, listIssues, readIssue, readIssueAsMarkdown, replaceIssue } from "./client/index.js";

const [url, key, date] = process.argv.slice(2) as [string, string, string];
client.setConfig({ baseUrl: url, auth: key });
const check = (right: boolean, what: unknown) => { if (!right) throw new Error(JSON.stringify(what)); };

const numbers: number[] = [];
const list = async (cursor?: string): Promise<void> => {
  const { data, error } = await listIssues({ query: cursor ? { limit: 5, cursor } : { limit: 5 } });
  if (!data) throw new Error(error?.code);
  numbers.push(...data.data.map((issue) => issue.number));
  if (data.page.next_cursor !== null) return list(data.page.next_cursor);
  check(new Set(numbers).size === data.page.total && data.page.total > 5, numbers);
};
await list();

const headlineOf = (section: Section): string => {
  switch (section.kind) {
    case "lead":
      return section.headline;
    case "tools":
      return section.tools.map((tool) => tool.name).join();
    case "trending":
    case "movers":
      return section.entries.map((entry) => entry.external_id).join();
    default:
      return section.heading;
  }
};
const latest = await readIssue({ path: { ref: "latest" } });
check(latest.data!.sections.map(headlineOf).every((headline) => headline !== ""), latest.data);
const text = await readIssueAsMarkdown({ path: { ref: "latest" } });
check(text.data?.includes("# ") ?? false, text.data);

const missing = await readIssue({ path: { ref: "99999" } });
check(missing.error?.code === "issue_not_found", missing.error);

const made = await createIssue({
  headers: { "Idempotency-Key": `hey-api-${date}` },
  body: { date, sections: [{ kind: "lead", headline: "Made by a generated client" }] },
});
if (!made.data) throw new Error(made.error?.detail);
const path = { ref: String(made.data.number) };
const sent = await replaceIssue({
  path,
  headers: { "If-Match": "*" },
  body: {
    ...made.data,
    sections: made.data.sections as SectionInput[],
    title: "Sent back as it was read",
  },
});
check(sent.data?.title === "Sent back as it was read", sent.error);
const gone = await deleteIssue({ path, headers: { "If-Match": sent.response!.headers.get("ETag")! } });
check(gone.response!.status === 204, gone.error);
