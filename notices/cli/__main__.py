"""`python -m notices.cli`."""

import sys

from notices.cli.main import main

sys.exit(main())
