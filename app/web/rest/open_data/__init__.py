"""Open data as files: CSV, Parquet, charts and metadata. docs/open-data.md describes them."""
