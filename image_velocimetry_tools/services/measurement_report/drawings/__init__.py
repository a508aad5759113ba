"""Drawings of the report, whoever renders them: shapes, axes, pictures, colours."""
