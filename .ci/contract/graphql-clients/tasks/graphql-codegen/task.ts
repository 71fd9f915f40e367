// The task with the documents of graphql-codegen, asked for by the ids of its manifest.
import {
  ArchiveDocument,
  CreateIssueDocument,
  RemoveDocument,
  WholeIssueDocument,
  type TypedDocumentString,
  type WholeIssueQuery,
} from "./gql/graphql";
import { authorized, check, graphql } from "./paper_server";

async function ask<Result, Variables>(
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  const documentId = document.__meta__?.["hash"];
  check(typeof documentId === "string", "the document has an id");
  const answer = await fetch(graphql, {
    method: "POST",
    headers: { ...authorized, "Content-Type": "application/json" },
    body: JSON.stringify({ documentId, variables }),
  });
  const { data, errors } = (await answer.json()) as { data?: Result; errors?: unknown };
  if (!data || errors) throw new Error(JSON.stringify(errors));
  return data;
}

const numbers: number[] = [];
let after: string | null | undefined;
do {
  const { issues } = await ask(ArchiveDocument, { first: 5, after });
  numbers.push(...issues.nodes.map((issue) => issue.number));
  after = issues.pageInfo.hasNextPage ? issues.pageInfo.endCursor : null;
} while (after);
check(numbers.length > 5 && new Set(numbers).size === numbers.length, numbers);

type Section = NonNullable<WholeIssueQuery["issue"]>["sections"][number];
const text = (section: Section): string => {
  switch (section.__typename) {
    case "StorySection":
      return section.headline;
    case "ToolsSection":
      return section.tools.map((tool) => tool.name).join();
    case "TrendingSection":
    case "MoversSection":
      return section.heading;
    case "ReadingSection":
      return section.items.map((item) => item.title).join();
    default:
      return section satisfies never;
  }
};
const { issue } = await ask(WholeIssueDocument, { number: numbers[0] ?? 0 });
check(issue && issue.sections.map(text).every((each) => each), issue);

const input = { date: "2031-06-04", sections: [{ kind: "LEAD" as const, headline: "Made with codegen" }] };
const { createIssue } = await ask(CreateIssueDocument, { input });
check(createIssue.__typename === "IssueSaved" && createIssue.issue, createIssue);
const taken = (await ask(CreateIssueDocument, { input })).createIssue;
check(taken.__typename === "Problem" && taken.code === "date_taken", taken);
const variables = { ref: String(createIssue.issue.number), revision: createIssue.issue.revision };
check((await ask(RemoveDocument, variables)).deleteIssue.__typename === "IssueSaved", variables);
