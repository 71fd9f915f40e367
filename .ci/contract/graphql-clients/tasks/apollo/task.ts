// The task with Apollo Client: by ids of its manifest, and by automatic persisted queries.
import { CombinedGraphQLErrors, gql, type TypedDocumentNode } from "@apollo/client";
import { generatePersistedQueryIdsFromManifest } from "@apollo/persisted-query-lists";
import { ARCHIVE, CREATE, DELETE, ISSUE, NODE } from "./operations";
import { connect } from "./paper";
import manifest from "./persisted-query-manifest.json";
import { authorized, check, graphql, losing } from "./paper_server";

const textOf = (init: RequestInit) => (typeof init.body === "string" ? init.body : "");

const registered = losing(() => false);
const reader = connect(
  { uri: graphql, fetch: registered.send },
  generatePersistedQueryIdsFromManifest({ loadManifest: async () => manifest }),
);
const archive = reader.watchQuery({ query: ARCHIVE, variables: {} });
const watched = archive.subscribe({});
let page = await archive.reobserve();
while (page.data?.issues.pageInfo.hasNextPage) {
  page = await archive.fetchMore({ variables: { after: page.data.issues.pageInfo.endCursor } });
}
watched.unsubscribe();
const whole = reader.readQuery({ query: ARCHIVE, variables: {} });
const numbers = whole?.issues.edges.map((edge) => edge.node.number) ?? [];
check(numbers.length > 5 && new Set(numbers).size === numbers.length, numbers);

const latest = (await reader.query({ query: ISSUE, variables: { ref: "latest" } })).data?.issue;
check(latest, "an issue");
const heard = latest.sections.map((section) => {
  switch (section.__typename) {
    case "StorySection":
      return section.headline;
    case "ToolsSection":
      return section.tools.map((tool) => tool.name).join();
    default:
      return section.heading;
  }
});
check(heard.length > 2 && heard.every((text) => text), heard);
const { data } = await reader.query({ query: NODE, variables: { id: latest.sections[0]?.id ?? "" } });
check(data?.node?.heading === latest.sections[0]?.heading, data);
check(registered.sent.every(({ init, answer }) => textOf(init) === "" && answer.ok), "ids alone");

const bad: TypedDocumentNode<unknown, { date: string }> = gql`
  query Bad($date: Date) { issue(date: $date) { id } }
`;
const writing = losing((init) => textOf(init).includes('"query":"mutation Retried'));
const writer = connect({ uri: graphql, fetch: writing.send, headers: authorized });
try {
  await writer.query({ query: bad, variables: { date: "yesterday" } });
  check(false, "refused");
} catch (error) {
  check(CombinedGraphQLErrors.is(error), error);
  check(error.errors[0]?.extensions?.["code"] === "invalid_variables", error.errors);
}

// The answer to the mutation is lost, and RetryLink sends it again: one issue, and not two.
const retried: typeof CREATE = gql`
  mutation Retried($input: IssueInput!) {
    createIssue(input: $input) {
      ... on IssueSaved { issue { id number revision } }
      ... on Problem { code }
    }
  }
`;
const input = { date: "2031-06-01", sections: [{ kind: "LEAD", headline: "Made by Apollo Client" }] };
const context = { headers: { "Idempotency-Key": crypto.randomUUID() } };
const made = (await writer.mutate({ mutation: retried, variables: { input }, context })).data?.createIssue;
check(made?.__typename === "IssueSaved" && made.issue, made);
const attempts = writing.sent.filter(({ init }) => init.method === "POST");
check(attempts.at(-1)?.answer.headers.get("Idempotent-Replayed") === "true", attempts.length);
const again = { mutation: CREATE, variables: { input } };
const taken = (await writer.mutate(again)).data?.createIssue;
check(taken?.__typename === "Problem" && taken.code === "date_taken", taken);
const variables = { ref: String(made.issue.number), revision: made.issue.revision };
const gone = (await writer.mutate({ mutation: DELETE, variables })).data?.deleteIssue;
check(gone?.__typename === "IssueSaved" && gone.issue === null, gone);
