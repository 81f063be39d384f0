"""What happens beside the training loop: clock, exams, records, checkpoints."""
