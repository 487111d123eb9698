variable "prefix" {
  type = string
}

resource "aws_security_group" "alb" {
  name = "${var.prefix}-alb"
}

resource "aws_security_group" "app" {
  name = "${var.prefix}-app"
}

resource "aws_security_group" "web" {
  name = "${var.prefix}-web"
}

resource "aws_security_group" "worker" {
  name = "${var.prefix}-worker"
}

resource "aws_security_group" "database" {
  name = "${var.prefix}-database"
}

resource "aws_security_group" "cache" {
  name = "${var.prefix}-cache"
}
