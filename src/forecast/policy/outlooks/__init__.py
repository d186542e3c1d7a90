"""The whole answer for one indicator and territory: draws held against targets, and what would change it."""
