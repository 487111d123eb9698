terraform {
  required_version = ">= 1.6"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
}

provider "aws" {
  region = var.region
  default_tags {
    tags = { owner = "platform-team", environment = "production" }
  }
}

variable "region" {
  type    = string
  default = "us-east-1"
}

variable "prefix" {
  type = string
}

module "networking" {
  source = "./modules/networking"
  prefix = var.prefix
}

module "security" {
  source = "./modules/security"
  prefix = var.prefix
}

module "database" {
  source = "./modules/database"
  prefix = var.prefix
}

module "cache" {
  source = "./modules/cache"
  prefix = var.prefix
}

module "ecs" {
  source = "./modules/ecs"
  prefix = var.prefix
}

module "api_gateway" {
  source = "./modules/api_gateway"
  prefix = var.prefix
}

module "cloudfront" {
  source = "./modules/cloudfront"
  prefix = var.prefix
}

module "secrets" {
  source = "./modules/secrets"
  prefix = var.prefix
}

module "monitoring" {
  source = "./modules/monitoring"
  prefix = var.prefix
}

module "backup" {
  source = "./modules/backup"
  prefix = var.prefix
}
