"""What has to be known about Chinese, and nothing about news."""
