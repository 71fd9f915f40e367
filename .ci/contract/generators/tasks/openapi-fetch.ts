// The task with openapi-fetch and the types of openapi-typescript.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

const [url, key, date] = process.argv.slice(2) as [string, string, string];
const client = createClient<paths>({ baseUrl: url, headers: { Authorization: `Bearer ${key}` } });
const check = (right: boolean, what: unknown) => { if (!right) throw new Error(JSON.stringify(what)); };

const numbers: number[] = [];
const list = async (cursor?: string): Promise<void> => {
  const query = cursor ? { limit: 5, cursor } : { limit: 5 };
  const { data, error } = await client.GET("/v1/issues", { params: { query } });
  if (error) throw new Error(error.code);
  numbers.push(...data.data.map((issue) => issue.number));
  if (data.page.next_cursor !== null) return list(data.page.next_cursor);
  check(new Set(numbers).size === data.page.total && data.page.total > 5, numbers);
};
await list();

const headlineOf = (section: components["schemas"]["Section"]): string => {
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
const latest = await client.GET("/v1/issues/{ref}", { params: { path: { ref: "latest" } } });
if (latest.error) throw new Error(latest.error.code);
check(latest.data.sections.map(headlineOf).every((headline) => headline !== ""), latest.data);

const missing = await client.GET("/v1/issues/{ref}", { params: { path: { ref: "99999" } } });
check(missing.error?.code === "issue_not_found", missing.error);

const made = await client.POST("/v1/issues", {
  params: { header: { "Idempotency-Key": `openapi-fetch-${date}` } },
  body: { date, sections: [{ kind: "lead", headline: "Made by a generated client" }] },
});
if (made.error) throw new Error(made.error.detail);
const path = { ref: String(made.data.number) };
const sent = await client.PUT("/v1/issues/{ref}", {
  params: { path, header: { "If-Match": "*" } },
  body: {
    ...made.data,
    sections: made.data.sections as components["schemas"]["SectionInput"][],
    title: "Sent back as it was read",
  },
});
check(sent.data?.title === "Sent back as it was read", sent.error);
const gone = await client.DELETE("/v1/issues/{ref}", {
  params: { path, header: { "If-Match": sent.response.headers.get("ETag") ?? "" } },
});
check(gone.response.status === 204, gone.error);
const run = () => client.POST("/v1/sync/runs", {}); // compiles without a body
check(typeof run === "function", run);
