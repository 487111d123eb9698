variable "prefix" {
  type = string
}

resource "aws_db_instance" "writer" {
  identifier              = var.prefix
  engine                  = "postgres"
  instance_class          = "db.r6g.2xlarge"
  allocated_storage       = 1000
  storage_encrypted       = true
  multi_az                = true
  deletion_protection     = true
  backup_retention_period = 30
}

resource "aws_db_instance" "replica" {
  identifier          = "${var.prefix}-replica"
  replicate_source_db = aws_db_instance.writer.identifier
  instance_class      = "db.r6g.2xlarge"
}
