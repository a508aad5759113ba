"""How a batch stands and goes, seen from outside: followed, pictured, and put into words."""
