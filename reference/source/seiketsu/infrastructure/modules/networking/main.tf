variable "prefix" {
  type = string
}

resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
  tags                 = { Name = var.prefix }
}

resource "aws_nat_gateway" "a" {
  connectivity_type = "public"
}

resource "aws_nat_gateway" "b" {
  connectivity_type = "public"
}

resource "aws_nat_gateway" "c" {
  connectivity_type = "public"
}
