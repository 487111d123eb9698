variable "prefix" {
  type = string
}

resource "aws_lb" "main" {
  name               = var.prefix
  load_balancer_type = "application"
}

resource "aws_acm_certificate" "main" {
  domain_name       = "seiketsu.test"
  validation_method = "DNS"
}
