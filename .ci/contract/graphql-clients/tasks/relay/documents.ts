// The documents, which relay-compiler finds here; the program imports what it made of them.
import { graphql } from "relay-runtime";

export const archive = graphql`
  query documentsArchiveQuery {
    ...documents_archive
  }
`;

export const archiveFragment = graphql`
  fragment documents_archive on Query
  @argumentDefinitions(count: { type: "Int", defaultValue: 5 }, cursor: { type: "String" })
  @refetchable(queryName: "documentsPageQuery") {
    issues(first: $count, after: $cursor) @connection(key: "documents_issues") {
      edges {
        node {
          number
          title
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

export const issue = graphql`
  query documentsIssueQuery($ref: String!) {
    issue(ref: $ref) {
      sections {
        __typename
        id
        heading
        ... on StorySection {
          headline
        }
        ... on ToolsSection {
          tools {
            name
          }
        }
        ...documents_section
      }
    }
  }
`;

export const section = graphql`
  fragment documents_section on Section @refetchable(queryName: "documentsSectionQuery") {
    kind
    heading
  }
`;

export const create = graphql`
  mutation documentsCreateMutation($input: IssueInput!) {
    createIssue(input: $input) {
      __typename
      ... on IssueSaved {
        issue {
          id
          number
          revision
        }
      }
      ... on Problem {
        code
      }
    }
  }
`;

export const remove = graphql`
  mutation documentsDeleteMutation($ref: String!, $revision: Int!) {
    deleteIssue(ref: $ref, ifRevision: $revision) {
      __typename
      ... on IssueSaved {
        issue {
          id
        }
      }
      ... on Problem {
        code
      }
    }
  }
`;
