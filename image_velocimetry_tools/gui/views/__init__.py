"""What is seen: Qt widgets that show what presenters tell them and report what the user does."""
