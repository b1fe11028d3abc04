"""The command ``fanin``."""

import sys
from typing import NoReturn

from fanin import _fanin


def main() -> NoReturn:
    """Run the command with the arguments of this process, and exit with its code."""
    sys.exit(_fanin.run(sys.argv[1:]))
