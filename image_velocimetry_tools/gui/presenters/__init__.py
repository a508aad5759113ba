"""What the window does, without Qt: one presenter for each tab and for the window itself."""
