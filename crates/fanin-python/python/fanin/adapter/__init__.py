"""What the adapters of frameworks share: facts about parameters, orders of axes, resolution and reports.

Imports no framework.
"""
