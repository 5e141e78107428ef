"""The packager and what it needs: cameras -> HLS -> object storage; deploys of the site; health."""
