// Starts the components of a page.
