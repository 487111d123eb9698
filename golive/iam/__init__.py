"""Which permissions the suite needs: recorded from its own calls, and written as an IAM policy."""
