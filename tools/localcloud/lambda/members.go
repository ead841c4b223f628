package lambda

import "github.com/seastack/seastack/tools/localcloud/members"

// inputs holds the Fate of each operation's input.
var inputs = members.Table{
	"AddPermission": {
		Applied: `Action EventSourceToken FunctionName FunctionUrlAuthType InvokedViaFunctionUrl Principal PrincipalOrgID Qualifier
			RevisionId SourceAccount SourceArn StatementId`,
	},
	"CreateAlias":              {Applied: "Description FunctionName FunctionVersion Name RoutingConfig.AdditionalVersionWeights"},
	"CreateEventSourceMapping": mappingFate("EventSourceArn Tags", "Queues SelfManagedEventSource StartingPosition StartingPositionTimestamp Topics"),
	"CreateFunction": {
		Applied: functionApplied + "Code.S3Bucket Code.S3Key Code.S3ObjectVersion Code.ZipFile FunctionName PackageType Publish Tags",
		Kept:    functionKept + "Architectures",
		Refused: functionRefused + `Code.ImageUri Code.S3ObjectStorageMode Code.SourceKMSKeyArn CodeSigningConfigArn PublishTo TenancyConfig`,
	},
	"CreateFunctionUrlConfig":            urlFate,
	"DeleteAlias":                        {Applied: "FunctionName Name"},
	"DeleteEventSourceMapping":           {Applied: "UUID"},
	"DeleteFunction":                     {Applied: "FunctionName Qualifier"},
	"DeleteFunctionConcurrency":          {Applied: "FunctionName"},
	"DeleteFunctionEventInvokeConfig":    {Applied: "FunctionName Qualifier"},
	"DeleteFunctionUrlConfig":            {Applied: "FunctionName Qualifier"},
	"DeleteProvisionedConcurrencyConfig": {Applied: "FunctionName Qualifier"},
	"GetAccountSettings":                 {},
	"GetAlias":                           {Applied: "FunctionName Name"},
	"GetEventSourceMapping":              {Applied: "UUID"},
	"GetFunction":                        {Applied: "FunctionName Qualifier"},
	"GetFunctionCodeSigningConfig":       {Applied: "FunctionName"},
	"GetFunctionConcurrency":             {Applied: "FunctionName"},
	"GetFunctionConfiguration":           {Applied: "FunctionName Qualifier"},
	"GetFunctionEventInvokeConfig":       {Applied: "FunctionName Qualifier"},
	"GetFunctionRecursionConfig":         {Applied: "FunctionName"},
	"GetFunctionUrlConfig":               {Applied: "FunctionName Qualifier"},
	"GetPolicy":                          {Applied: "FunctionName Qualifier"},
	// ListProvisionedConcurrencyConfigs has the same path, and these names in its
	// query.
	"GetProvisionedConcurrencyConfig": {Applied: "FunctionName Qualifier", Query: "List Marker MaxItems"},
	"GetRuntimeManagementConfig":      {Applied: "FunctionName Qualifier"},
	"Invoke": {
		Applied: "ClientContext FunctionName InvocationType LogType Payload Qualifier",
		Refused: "DurableExecutionName TenantId", Raw: true,
	},
	"InvokeAsync": {Applied: "FunctionName InvokeArgs", Raw: true},
	"InvokeWithResponseStream": {
		Applied: "ClientContext FunctionName InvocationType LogType Payload Qualifier", Refused: "TenantId", Raw: true,
	},
	"ListAliases":                     {Applied: "FunctionName FunctionVersion Marker MaxItems"},
	"ListEventSourceMappings":         {Applied: "EventSourceArn FunctionName Marker MaxItems"},
	"ListFunctionEventInvokeConfigs":  {Applied: "FunctionName Marker MaxItems"},
	"ListFunctionUrlConfigs":          {Applied: "FunctionName Marker MaxItems"},
	"ListFunctions":                   {Applied: "FunctionVersion Marker MaxItems", Refused: "MasterRegion"},
	"ListTags":                        {Applied: "Resource"},
	"ListVersionsByFunction":          {Applied: "FunctionName Marker MaxItems"},
	"PublishVersion":                  {Applied: "CodeSha256 Description FunctionName RevisionId", Refused: "PublishTo"},
	"PutFunctionConcurrency":          {Applied: "FunctionName ReservedConcurrentExecutions"},
	"PutFunctionEventInvokeConfig":    eventConfigFate,
	"PutFunctionRecursionConfig":      {Applied: "FunctionName", Kept: "RecursiveLoop"},
	"PutProvisionedConcurrencyConfig": {Applied: "FunctionName Qualifier", Kept: "ProvisionedConcurrentExecutions"},
	"PutRuntimeManagementConfig": {
		Applied: "FunctionName Qualifier", Kept: "UpdateRuntimeOn", Refused: "RuntimeVersionArn",
	},
	"RemovePermission":         {Applied: "FunctionName Qualifier RevisionId StatementId"},
	"TagResource":              {Applied: "Resource Tags"},
	"UntagResource":            {Applied: "Resource TagKeys"},
	"UpdateAlias":              {Applied: "Description FunctionName FunctionVersion Name RevisionId RoutingConfig.AdditionalVersionWeights"},
	"UpdateEventSourceMapping": mappingFate("UUID", ""),
	"UpdateFunctionCode": {
		Applied: "DryRun FunctionName Publish RevisionId S3Bucket S3Key S3ObjectVersion ZipFile",
		Kept:    "Architectures",
		Refused: "ImageUri PublishTo S3ObjectStorageMode SourceKMSKeyArn",
	},
	"UpdateFunctionConfiguration": {
		Applied: functionApplied + "FunctionName RevisionId", Kept: functionKept, Refused: functionRefused,
	},
	"UpdateFunctionEventInvokeConfig": eventConfigFate,
	"UpdateFunctionUrlConfig":         urlFate,
}

// The members that CreateFunction and UpdateFunctionConfiguration share.
const (
	functionApplied = `DeadLetterConfig.TargetArn Description Environment.Variables Handler LoggingConfig Role Runtime
		SnapStart.ApplyOn Timeout `
	functionKept    = "EphemeralStorage.Size KMSKeyArn MemorySize TracingConfig.Mode VpcConfig "
	functionRefused = "CapacityProviderConfig DurableConfig FileSystemConfigs ImageConfig Layers "
)

var eventConfigFate = members.Fate{
	Applied: `DestinationConfig.OnFailure.Destination DestinationConfig.OnSuccess.Destination FunctionName
		MaximumEventAgeInSeconds MaximumRetryAttempts Qualifier`,
}

var urlFate = members.Fate{
	Applied: `AuthType Cors.AllowCredentials Cors.AllowHeaders Cors.AllowMethods Cors.AllowOrigins Cors.ExposeHeaders
		Cors.MaxAge FunctionName InvokeMode Qualifier`,
}

// mappingFate returns the Fate of the members that both operations on a mapping
// share, and of the given ones.
func mappingFate(applied, refused string) members.Fate {
	return members.Fate{
		Applied: `BatchSize Enabled FilterCriteria.Filters.Pattern FunctionName FunctionResponseTypes
			MaximumBatchingWindowInSeconds ProvisionedPollerConfig.MaximumPollers ScalingConfig.MaximumConcurrency ` + applied,
		Kept: "KMSKeyArn ProvisionedPollerConfig.MinimumPollers",
		Refused: `AmazonManagedKafkaEventSourceConfig BisectBatchOnFunctionError DestinationConfig
			DocumentDBEventSourceConfig LoggingConfig MaximumRecordAgeInSeconds MaximumRetryAttempts MetricsConfig
			ParallelizationFactor ProvisionedPollerConfig.PollerGroupName SelfManagedKafkaEventSourceConfig SourceAccessConfigurations
			TumblingWindowInSeconds ` + refused,
	}
}
