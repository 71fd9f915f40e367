"""Words with a capital that name no project, as data."""

_PLATFORM_TEXT = """
github hugging face huggingface hub hf ai ml llm llms api i star stars python open source monday
tuesday wednesday thursday friday saturday sunday
"""
PLATFORM = frozenset(_PLATFORM_TEXT.split())
"""Words with a capital that may stand right beside a name without being a part of it."""
_NO_PROJECTS_TEXT = """
apis gpu gpus cpu cpus rust java javascript typescript c++ linux windows mac macos apache mit
microsoft google meta nvidia apple amazon openai alibaba deepmind
chinese american french german british european japanese korean indian canadian
january february march april june july
august september october november december
"""
NO_PROJECTS = PLATFORM | frozenset(_NO_PROJECTS_TEXT.split())
"""The same, with companies, languages and months: nothing that is starred."""
_PRODUCTS_TEXT = """
huggingface chatgpt youtube linkedin gitlab stackoverflow deepseek deepmind tiktok instagram
whatsapp facebook twitter wikipedia wordpress postgresql mysql macos
"""
NO_JOINED_NAMES = NO_PROJECTS | frozenset(_PRODUCTS_TEXT.split())
"""What "hugging-face" and the like spell when they are joined: a company or its product."""
