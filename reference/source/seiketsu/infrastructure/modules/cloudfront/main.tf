variable "prefix" {
  type = string
}

resource "aws_s3_bucket" "recordings" {
  bucket = "${var.prefix}-recordings"
}

resource "aws_cloudfront_distribution" "main" {
  enabled = true
}
