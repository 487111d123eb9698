variable "prefix" {
  type = string
}

resource "aws_secretsmanager_secret" "jwt" {
  name = "${var.prefix}/jwt"
}

resource "aws_secretsmanager_secret" "database" {
  name = "${var.prefix}/database-url"
}
