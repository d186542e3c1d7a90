"""The advisers' app: levers pushed on kept draws, each question answered by its kernel."""
