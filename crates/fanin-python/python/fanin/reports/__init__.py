"""Reports of the command as dataclasses, which print as the command prints them."""
