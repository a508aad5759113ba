"""From a project file to the settings of a site, which every job of a batch starts from."""
