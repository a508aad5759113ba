"""What others can add: the interfaces of plugins, how they are found, and the registry of those that were."""
