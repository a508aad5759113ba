"""The report of one measurement: what it says (``contents``), and two writers of it, ``pdf`` and ``html``."""
