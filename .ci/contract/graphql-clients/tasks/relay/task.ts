// The task with relay-runtime and what relay-compiler made; documents are asked for by their ids.
import {
  commitMutation,
  createOperationDescriptor,
  fetchQuery,
  getSingularSelector,
  type MutationParameters,
} from "relay-runtime";
import ArchiveQuery, { type documentsArchiveQuery } from "./__generated__/documentsArchiveQuery.graphql";
import ArchiveFragment, { type documents_archive$data } from "./__generated__/documents_archive.graphql";
import CreateMutation, { type documentsCreateMutation } from "./__generated__/documentsCreateMutation.graphql";
import DeleteMutation, { type documentsDeleteMutation } from "./__generated__/documentsDeleteMutation.graphql";
import IssueQuery, { type documentsIssueQuery } from "./__generated__/documentsIssueQuery.graphql";
import PageQuery, { type documentsPageQuery } from "./__generated__/documentsPageQuery.graphql";
import SectionQuery, { type documentsSectionQuery } from "./__generated__/documentsSectionQuery.graphql";
import { connect } from "./environment";
import { authorized, check, graphql } from "./paper_server";

const environment = connect(graphql, authorized);

function archive(): documents_archive$data["issues"] {
  const root = environment.lookup(createOperationDescriptor(ArchiveQuery, {}).fragment).data;
  const selector = getSingularSelector(ArchiveFragment, root);
  check(selector, "a fragment");
  return (environment.lookup(selector).data as unknown as documents_archive$data).issues;
}

await fetchQuery<documentsArchiveQuery>(environment, ArchiveQuery, {}).toPromise();
while (archive().pageInfo.hasNextPage) {
  const variables = { count: 5, cursor: archive().pageInfo.endCursor ?? null };
  await fetchQuery<documentsPageQuery>(environment, PageQuery, variables).toPromise();
}
const numbers = archive().edges.map((edge) => edge.node.number);
check(numbers.length > 5 && new Set(numbers).size === numbers.length, numbers);

const asked = fetchQuery<documentsIssueQuery>(environment, IssueQuery, { ref: "latest" });
const sections = (await asked.toPromise())?.issue?.sections ?? [];
const heard = sections.map((section) => {
  switch (section.__typename) {
    case "StorySection":
      return section.headline;
    case "ToolsSection":
      return (section.tools ?? []).map((tool) => tool.name).join();
    default:
      return section.heading;
  }
});
check(heard.length > 2 && heard.every((text) => text), heard);
const id = sections[0]?.id ?? "";
const found = await fetchQuery<documentsSectionQuery>(environment, SectionQuery, { id }).toPromise();
check(found?.node, "a section by its id");

function mutate<T extends MutationParameters>(
  mutation: Parameters<typeof commitMutation>[1]["mutation"],
  variables: T["variables"],
  idempotencyKey: string,
): Promise<T["response"]> {
  const cacheConfig = { metadata: { idempotencyKey } };
  return new Promise((onCompleted, onError) => {
    commitMutation<T>(environment, { mutation, variables, cacheConfig, onCompleted, onError });
  });
}

const input = {
  date: "2031-06-02",
  sections: [{ kind: "LEAD" as const, headline: "Made by Relay" }],
};
const create = () => mutate<documentsCreateMutation>(CreateMutation, { input }, "relay-2031-06-02");
const made = (await create()).createIssue;
check(made.__typename === "IssueSaved" && made.issue, made);
const same = (await create()).createIssue;
check(same.__typename === "IssueSaved" && same.issue?.number === made.issue.number, same);
const taken = await mutate<documentsCreateMutation>(CreateMutation, { input }, "relay-another");
check(taken.createIssue.__typename === "Problem" && taken.createIssue.code === "date_taken", taken);
const variables = { ref: String(made.issue.number), revision: made.issue.revision };
const gone = await mutate<documentsDeleteMutation>(DeleteMutation, variables, "relay-gone");
check(gone.deleteIssue.__typename === "IssueSaved", gone);
