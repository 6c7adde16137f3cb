"""`python -m askttell` is `askttell`."""

import sys

from askttell.cli import main

sys.exit(main())
