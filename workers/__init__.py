"""What happens without anybody clicking: the scheduler, the workers, and the jobs they do."""
