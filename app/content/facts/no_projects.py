"""Words with a capital that name no project, as data."""

_PLATFORM_TEXT = """
github hugging face huggingface hub hf ai ml llm llms api i star stars python open source monday
tuesday wednesday thursday friday saturday sunday
"""
PLATFORM = frozenset(_PLATFORM_TEXT.split())
"""Words with a capital that may stand right beside a name without being a part of it."""
_NO_PROJECTS_TEXT = """
gb mb kb tb ram vram readme usb pdf csv json sql apis gpu gpus cpu cpus rust java javascript
typescript c++ linux windows mac macos apache mit
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
_COMPOUNDS_TEXT = """
open-source open-weights open-weight open-data open-science open-research open-web open-ai
machine-learning deep-learning reinforcement-learning deep-research artificial-intelligence
data-science data-engineering computer-vision computer-use computer-science software-engineering
prompt-engineering context-engineering vibe-coding generative-ai agentic-ai system-design
natural-language language-models language-model foundation-models world-models neural-networks
social-media open-models self-hosted command-line low-code no-code best-practices chat-bot
getting-started hello-world interview-questions cheat-sheet cheat-sheets front-end back-end
full-stack real-time real-world long-term large-scale state-of-the-art end-to-end home-page
web-development web-design web-scraping developer-tools design-patterns big-data public-apis
silicon-valley new-york san-francisco united-states black-friday last-week last-month
"""
COMPOUNDS = frozenset(_COMPOUNDS_TEXT.split())
"""Compounds of ordinary words: names only as they stand in the id, with its owner."""
