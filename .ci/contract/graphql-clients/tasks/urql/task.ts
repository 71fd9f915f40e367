// The task with urql: graphcache knows the schema, queries are persisted.
import { gql } from "@urql/core";
import { getIntrospectionQuery } from "graphql";
import { connect } from "./paper";
import { authorized, check, graphql, losing } from "./paper_server";

type Archive = {
  issues: { nodes: { number: number; title: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
};
const ARCHIVE = gql<Archive, { after?: string | null }>`
  query Archive($after: String) {
    issues(first: 5, after: $after) {
      nodes { id number title }
      pageInfo { hasNextPage endCursor }
    }
  }
`;
type Section = { __typename: string; id: string; heading: string; headline?: string };
const ISSUE = gql<{ issue: { sections: Section[]; tools: { name: string }[] } | null }, { ref: string }>`
  query Issue($ref: String!) {
    issue(ref: $ref) {
      id
      dateline { place weather { summary } }
      sections { __typename id heading ... on StorySection { headline metrics { items { label source { name } } } } }
      tools { name }
      trending { externalId }
      reading { title }
    }
    trending(source: HUGGINGFACE, kind: MODEL, first: 3) { board { status } nodes { name } notes { externalId } }
  }
`;
const NODE = gql<{ node: Section | null }, { id: string }>`
  query Node($id: ID!) { node(id: $id) { __typename id ... on Section { heading } } }
`;
type Result = { __typename: "IssueSaved"; issue: { number: number; revision: number } | null } | { __typename: "Problem"; code: string };
const RESULT = "__typename ... on IssueSaved { issue { id number revision } } ... on Problem { code }";
const CREATE = gql<{ createIssue: Result }, { input: object }>(
  `mutation Create($input: IssueInput!) { createIssue(input: $input) { ${RESULT} } }`,
);
const DELETE = gql<{ deleteIssue: Result }, { ref: string; revision: number }>(
  `mutation Delete($ref: String!, $revision: Int!) { deleteIssue(ref: $ref, ifRevision: $revision) { ${RESULT} } }`,
);

const warned: unknown[] = [];
console.warn = console.error = (...what: unknown[]) => warned.push(what);

const introspected = await fetch(graphql, {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ query: getIntrospectionQuery({ descriptions: false }) }),
});
const { data: schema } = (await introspected.json()) as { data: never };
const network = losing(() => false);
const client = connect({ url: graphql, fetch: network.send, fetchOptions: { headers: authorized }, preferGetMethod: true }, schema);

let page = await client.query(ARCHIVE, {}).toPromise();
const numbers: number[] = [];
while (page.data) {
  // relayPagination joins the pages that were read before.
  numbers.splice(0, numbers.length, ...page.data.issues.nodes.map((issue) => issue.number));
  if (!page.data.issues.pageInfo.hasNextPage) break;
  page = await client.query(ARCHIVE, { after: page.data.issues.pageInfo.endCursor }).toPromise();
}
check(page.data, page.error);
check(numbers.length > 5 && new Set(numbers).size === numbers.length, numbers);

const issue = await client.query(ISSUE, { ref: "latest" }).toPromise();
const sections = issue.data?.issue?.sections ?? [];
check(sections.length > 2 && issue.data?.issue?.tools.length, issue.error);
check(sections.every((each) => each.__typename !== "StorySection" || each.headline), sections);
const count = network.sent.length;
const again = await client.query(ISSUE, { ref: "latest" }).toPromise();
check(again.data?.issue?.sections.length === sections.length, again.error);
check(network.sent.length === count, "the second read is answered from the cache");
const node = await client.query(NODE, { id: sections[0]?.id ?? "" }).toPromise();
check(node.data?.node?.heading === sections[0]?.heading, node.error);

const input = { date: "2031-06-03", sections: [{ kind: "LEAD", headline: "Made by urql" }] };
const keyed = (key: string) => ({ fetchOptions: { headers: { ...authorized, "Idempotency-Key": key } } });
const made = (await client.mutation(CREATE, { input }, keyed("urql")).toPromise()).data?.createIssue;
check(made?.__typename === "IssueSaved" && made.issue, made);
const same = (await client.mutation(CREATE, { input }, keyed("urql")).toPromise()).data?.createIssue;
check(same?.__typename === "IssueSaved" && same.issue?.number === made.issue.number, same);
const taken = (await client.mutation(CREATE, { input }, keyed("other")).toPromise()).data?.createIssue;
check(taken?.__typename === "Problem" && taken.code === "date_taken", taken);
const variables = { ref: String(made.issue.number), revision: made.issue.revision };
const gone = await client.mutation(DELETE, variables).toPromise();
check(gone.data?.deleteIssue.__typename === "IssueSaved", gone.error);
check(warned.length === 0, warned);
