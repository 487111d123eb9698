variable "prefix" {
  type = string
}

resource "aws_backup_vault" "main" {
  name = var.prefix
}
