"""The builder: content -> a static site."""
