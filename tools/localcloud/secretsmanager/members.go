package secretsmanager

import "github.com/seastack/seastack/tools/localcloud/members"

// inputs holds the Fate of each operation's input.
var inputs = members.Table{
	"CreateSecret": {
		Applied: "ClientRequestToken Description Name SecretBinary SecretString Tags.Key Tags.Value", Kept: "KmsKeyId",
		Refused: "AddReplicaRegions ForceOverwriteReplicaSecret Type",
	},
	"DeleteSecret":         {Applied: "ForceDeleteWithoutRecovery RecoveryWindowInDays SecretId"},
	"DeleteResourcePolicy": {Applied: "SecretId"},
	"DescribeSecret":       {Applied: "SecretId"},
	"GetResourcePolicy":    {Applied: "SecretId"},
	"GetSecretValue":       {Applied: "SecretId VersionId VersionStage"},
	"ListSecretVersionIds": {Applied: "IncludeDeprecated MaxResults NextToken SecretId"},
	"ListSecrets": {
		Applied: "Filters.Key Filters.Values IncludePlannedDeletion MaxResults NextToken SortBy SortOrder",
	},
	"PutResourcePolicy": {Applied: "ResourcePolicy SecretId", Refused: "BlockPublicPolicy"},
	"PutSecretValue": {
		Applied: "ClientRequestToken SecretBinary SecretId SecretString VersionStages", Refused: "RotationToken",
	},
	"RestoreSecret": {Applied: "SecretId"},
	"TagResource":   {Applied: "SecretId Tags.Key Tags.Value"},
	"UntagResource": {Applied: "SecretId TagKeys"},
	"UpdateSecret": {
		Applied: "ClientRequestToken Description SecretBinary SecretId SecretString", Kept: "KmsKeyId", Refused: "Type",
	},
	"UpdateSecretVersionStage": {Applied: "MoveToVersionId RemoveFromVersionId SecretId VersionStage"},
}
