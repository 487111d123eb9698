variable "prefix" {
  type = string
}

resource "aws_elasticache_replication_group" "main" {
  replication_group_id       = var.prefix
  description                = "cache and queues"
  node_type                  = "cache.r6g.xlarge"
  num_cache_clusters         = 3
  multi_az_enabled           = true
  automatic_failover_enabled = true
  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
  snapshot_retention_limit   = 7
}
