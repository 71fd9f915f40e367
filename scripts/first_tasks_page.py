"""Write docs/first-tasks.md from the code samples of the OpenAPI document."""

from pathlib import Path

from app.web.documentation.code_samples import first_tasks_page

PAGE = Path(__file__).resolve().parent.parent / "docs" / "first-tasks.md"

if __name__ == "__main__":
    PAGE.write_text(first_tasks_page())
