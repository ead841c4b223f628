terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "6.13.0"
    }
  }
}

provider "aws" {
  region                      = "eu-central-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
}

data "aws_region" "here" {}

data "aws_partition" "here" {}

data "aws_iam_policy_document" "assume" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["lambda.${data.aws_partition.here.dns_suffix}"]
    }
  }
}

resource "aws_iam_role" "function" {
  name               = "function-${data.aws_region.here.region}"
  assume_role_policy = data.aws_iam_policy_document.assume.json
}

resource "aws_sqs_queue" "work" {
  name = "work"
}

resource "aws_s3_bucket" "files" {
  bucket = "files"
}

resource "aws_secretsmanager_secret" "key" {
  name = "key"
}
