"""Our own plugins, found through entry points like anyone's; nothing imports them by name."""
