"""The whole system on one machine. Store, packager and edge are processes of their own, as in an election."""
