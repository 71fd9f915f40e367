"""The GraphQL face, for partners: the same functions and documents as REST, at `/graphql`."""
