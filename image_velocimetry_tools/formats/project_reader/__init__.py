"""From a project file to the whole measurement that it holds, a module per part of it."""
