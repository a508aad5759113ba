"""Batches in hand: opened or taken up again, carried out until they rest, commanded from elsewhere."""
