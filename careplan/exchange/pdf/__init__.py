"""Paper: a plan, the help page that stands in for it, and letters as PDF/UA-1, through Typst.

Pure: plain data in, bytes out; the same data gives the same bytes. The layout is in
`templates/pdf/*.typ`; words come ready in the data.
"""

from careplan.exchange.pdf.letters import letter
from careplan.exchange.pdf.sheets import fingerprint, help_sheet, plan_sheet, preview
from careplan.exchange.pdf.typeset import PAPERS, BadContent

__all__ = ["PAPERS", "BadContent", "fingerprint", "help_sheet", "letter", "plan_sheet", "preview"]
