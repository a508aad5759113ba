"""The desktop application: models and presenters without Qt, views that only show."""
