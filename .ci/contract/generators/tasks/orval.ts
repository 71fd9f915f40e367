// The task with the client of orval: functions over axios, its default.
import axios, { isAxiosError } from "axios";
import type { Problem, Section, SectionInput } from "./client.js";
import { createIssue, deleteIssue, listIssues, readIssue, readIssueAsMarkdown, replaceIssue } from "./client.js";

const [url, key, date] = process.argv.slice(2) as [string, string, string];
axios.defaults.baseURL = url;
const bearer = { Authorization: `Bearer ${key}` };
const check = (right: boolean, what: unknown) => { if (!right) throw new Error(JSON.stringify(what)); };

const numbers: number[] = [];
const list = async (cursor?: string): Promise<void> => {
  const { data } = await listIssues(cursor ? { limit: 5, cursor } : { limit: 5 });
  numbers.push(...data.data.map((issue) => issue.number));
  if (data.page.next_cursor !== null) return list(data.page.next_cursor);
  check(new Set(numbers).size === data.page.total && data.page.total > 5, numbers);
};
await list();

// orval does not narrow `OtherSection` away by `kind`: ask for a member as well.
const headlineOf = (section: Section): string => {
  if (section.kind === "lead" && "headline" in section) return section.headline;
  if ("tools" in section) return section.tools.map((tool) => tool.name).join();
  if ("entries" in section) return section.entries.map((entry) => entry.external_id).join();
  return section.heading;
};
const latest = await readIssue("latest");
check(latest.data.sections.map(headlineOf).every((headline) => headline !== ""), latest.data);
const text = await readIssueAsMarkdown("latest");
check(text.data.includes("# "), text.data);

try {
  await readIssue("99999");
  check(false, "an unknown issue was found");
} catch (error) {
  if (!isAxiosError<Problem>(error)) throw error;
  check(error.response?.data.code === "issue_not_found", error.response?.data);
}

const made = await createIssue(
  { date, sections: [{ kind: "lead", headline: "Made by a generated client" }] },
  undefined,
  { headers: { ...bearer, "Idempotency-Key": `orval-${date}` } },
);
const ref = String(made.data.number);
const sections = made.data.sections as SectionInput[];
const again = { ...made.data, sections, title: "Sent back as it was read" };
const sent = await replaceIssue(ref, again, undefined, { headers: { ...bearer, "If-Match": "*" } });
check(sent.data.title === "Sent back as it was read", sent.data);
const gone = await deleteIssue(ref, { headers: { ...bearer, "If-Match": String(sent.headers["etag"]) } });
check(gone.status === 204, gone.status);
