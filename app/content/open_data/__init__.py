"""Open data: the tables that are offered as files, as CSV and Parquet, and what describes them."""
