// The task with the client of openapi-generator, `-g typescript-fetch`.
import type { OtherSection, Section, SectionInput } from "./client/index.js";
import { Configuration, IssuesApi, ResponseError, WritingApi } from "./client/index.js";

const [url, key, date] = process.argv.slice(2) as [string, string, string];
const configuration = new Configuration({ basePath: url, accessToken: key });
const issues = new IssuesApi(configuration);
const writing = new WritingApi(configuration);
const check = (right: boolean, what: unknown) => { if (!right) throw new Error(JSON.stringify(what)); };

const numbers: number[] = [];
const list = async (cursor?: string): Promise<void> => {
  const { data, page } = await issues.listIssues(cursor ? { limit: 5, cursor } : { limit: 5 });
  numbers.push(...data.map((issue) => issue.number));
  if (page.nextCursor !== null) return list(page.nextCursor);
  check(new Set(numbers).size === page.total && page.total > 5, numbers);
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
      return section.entries.map((entry) => entry.externalId).join();
    default: // typed as never: `-g typescript-fetch` has no branch for new kinds
      return (section as OtherSection).heading;
  }
};
const latest = await issues.readIssue({ ref: "latest" });
check(latest.sections.map(headlineOf).every((headline) => headline !== ""), latest);
check((await issues.readIssueAsMarkdown({ ref: "latest" })).includes("# "), "Markdown");

try {
  await issues.readIssue({ ref: "99999" });
  check(false, "an unknown issue was found");
} catch (error) {
  if (!(error instanceof ResponseError)) throw error;
  check((await error.response.json()).code === "issue_not_found", error);
}

const made = await writing.createIssue({
  idempotencyKey: `typescript-fetch-${date}`,
  issueCreate: { date: new Date(date), sections: [{ kind: "lead", headline: "Made by a client" }] },
});
const ref = String(made.number);
const sent = await writing.replaceIssueRaw({
  ref, ifMatch: "*", issueInput: {
    ...made, sections: made.sections as SectionInput[], title: "Sent back as it was read",
  },
});
check((await sent.value()).title === "Sent back as it was read", sent);
await writing.deleteIssue({ ref, ifMatch: sent.raw.headers.get("ETag")! });
