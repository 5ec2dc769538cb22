"""What is read: exports on disk, recognised by contracts and turned into entities."""
