"""What the command line is made of: options, what is asked about what, worker processes, tokens."""
