variable "prefix" {
  type = string
}

resource "aws_sns_topic" "critical" {
  name = "${var.prefix}-critical"
}

resource "aws_cloudwatch_log_group" "api" {
  name              = "/ecs/${var.prefix}/api"
  retention_in_days = 90
}
