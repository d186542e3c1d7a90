"""What is published: the pointer, the ledger, the signatures."""
