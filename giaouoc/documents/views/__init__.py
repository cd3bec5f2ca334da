"""Pages of texts: a module for each part of their way."""
