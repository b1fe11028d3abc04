"""``python -m fanin`` is the command ``fanin``."""

from fanin.command import main

main()
