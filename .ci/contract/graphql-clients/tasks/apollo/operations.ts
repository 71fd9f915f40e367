// The documents, which generate-persisted-query-manifest finds here.
import { gql, type TypedDocumentNode } from "@apollo/client";

export type Archive = {
  issues: {
    edges: { node: { id: string; number: number; title: string } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
};

export const ARCHIVE: TypedDocumentNode<Archive, { after?: string | null }> = gql`
  query Archive($after: String) {
    issues(first: 5, after: $after) {
      edges { node { id number title } }
      pageInfo { hasNextPage endCursor }
    }
  }
`;

export type Section =
  | { __typename: "StorySection"; id: string; heading: string; headline: string }
  | { __typename: "ToolsSection"; id: string; heading: string; tools: { name: string }[] }
  | { __typename: "TrendingSection" | "MoversSection" | "ReadingSection"; id: string; heading: string };

export const ISSUE: TypedDocumentNode<
  { issue: { id: string; sections: Section[] } | null },
  { ref: string }
> = gql`
  query Issue($ref: String!) {
    issue(ref: $ref) {
      id
      sections { id heading ...Story ... on ToolsSection { tools { name } } }
    }
  }
  fragment Story on StorySection { headline }
`;

export const NODE: TypedDocumentNode<{ node: Section | null }, { id: string }> = gql`
  query Node($id: ID!) {
    node(id: $id) { id ... on Section { heading } }
  }
`;

type Saved = { __typename: "IssueSaved"; issue: { id: string; number: number; revision: number } | null };
type Result = Saved | { __typename: "Problem"; code: string };

export const CREATE: TypedDocumentNode<{ createIssue: Result }, { input: object }> = gql`
  mutation Create($input: IssueInput!) {
    createIssue(input: $input) {
      ... on IssueSaved { issue { id number revision } }
      ... on Problem { code }
    }
  }
`;

export const DELETE: TypedDocumentNode<{ deleteIssue: Result }, { ref: string; revision: number }> = gql`
  mutation Delete($ref: String!, $revision: Int!) {
    deleteIssue(ref: $ref, ifRevision: $revision) {
      ... on IssueSaved { issue { id number revision } }
      ... on Problem { code }
    }
  }
`;
