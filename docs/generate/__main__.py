"""`python -m docs.generate` writes all generated pages."""

from docs.generate.pages import DOCS, PAGES
from notices.files import write_whole

for name, page in PAGES.items():
    write_whole(DOCS / name, page())
