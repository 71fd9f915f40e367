"""The paper as feeds: Atom, RSS and JSON Feed, with full content."""
