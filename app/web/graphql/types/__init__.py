"""Object types, inputs, enums and scalars that resolvers return or take."""
