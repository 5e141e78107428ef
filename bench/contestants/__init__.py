"""The site generators that a Pollcast build is compared with, each given the same pages to make."""
